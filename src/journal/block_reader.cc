#include <cmath>

#include "base/bytes.h"
#include "journal/block_internal.h"
#include "journal/journal.h"

namespace augury::journal {
namespace {

using base::ByteReader;

// Reads one record's fields; what cannot be right sets failed().
class Eyes {
 public:
  explicit Eyes(std::string_view bytes) : in_(bytes) {}
  ByteReader& in() { return in_; }
  bool failed() const { return bad_ || in_.failed(); }
  void fail() { bad_ = true; }

  uint32_t u32() {
    uint64_t value = in_.varint();
    if (value > UINT32_MAX) bad_ = true;
    return static_cast<uint32_t>(value);
  }
  TextNumber text() { return {u32()}; }
  // A count of things of at least `bytes` each: never more than there is room for.
  size_t count(size_t bytes) {
    uint64_t n = in_.varint();
    if (n <= in_.left() / bytes) return n;
    bad_ = true;
    return 0;
  }
  Timestamp after(Timestamp base) { return shifted(base, in_.signed_varint()); }
  Timestamp before(Timestamp base) {
    return shifted(base, static_cast<int64_t>(0 - static_cast<uint64_t>(in_.signed_varint())));
  }

 private:
  static Timestamp shifted(Timestamp base, int64_t by) {
    return from_micros(static_cast<int64_t>(static_cast<uint64_t>(micros(base)) + static_cast<uint64_t>(by)));
  }

  ByteReader in_;
  bool bad_ = false;
};

template <typename T>
T& as(FieldValue& value) {
  if (auto* there = std::get_if<T>(&value)) return *there;
  return value.emplace<T>();
}

void read_value(Eyes& eyes, FieldValue& value) {
  auto& in = eyes.in();
  switch (static_cast<FieldKind>(in.byte())) {
    case FieldKind::Missing:
      value = std::monostate{};
      return;
    case FieldKind::Number:
      value = in.fixed<double>();
      return;
    case FieldKind::Whole:
      value = static_cast<double>(in.signed_varint());
      return;
    case FieldKind::True:
      value = true;
      return;
    case FieldKind::False:
      value = false;
      return;
    case FieldKind::Text:
      value = eyes.text();
      return;
    case FieldKind::Texts: {
      auto& texts = as<std::vector<TextNumber>>(value);
      texts.resize(eyes.count(1));
      for (auto& t : texts) t = eyes.text();
      return;
    }
    case FieldKind::Location: {
      double lat = in.fixed<double>();
      value = Location{lat, in.fixed<double>()};
      return;
    }
    case FieldKind::Time:
      value = from_micros(in.signed_varint());
      return;
    case FieldKind::Vector: {
      auto& vector = as<std::vector<float>>(value);
      vector.resize(eyes.count(sizeof(float)));
      for (float& x : vector) {
        x = in.fixed<float>();
        if (!std::isfinite(x)) eyes.fail();
      }
      return;
    }
  }
  eyes.fail();
}

void read_fields(Eyes& eyes, bool present, std::vector<NamedField>& fields) {
  fields.resize(present ? eyes.count(2) : 0);
  for (auto& field : fields) {
    field.name = eyes.text();
    read_value(eyes, field.value);
  }
}

void read(Eyes& eyes, uint8_t tag, Timestamp receipt, EventRecord& e) {
  auto& in = eyes.in();
  e.receipt = receipt;
  e.at = eyes.before(receipt);
  e.type = eyes.text();
  e.user = eyes.u32();
  e.item = eyes.u32();
  e.session = tag & EventFlag::kSession ? eyes.u32() : 0;
  e.fingerprint = tag & EventFlag::kFingerprint ? in.fixed<uint64_t>() : 0;
  e.prediction = tag & EventFlag::kPrediction ? in.fixed<PredictionId>() : PredictionId{};
  read_fields(eyes, tag & EventFlag::kFields, e.fields);
  read_fields(eyes, tag & EventFlag::kContext, e.context);
}

void read(Eyes& eyes, uint8_t tag, Timestamp receipt, EntityRecord& r) {
  if (tag & ~(kKindMask | EntityFlag::kUser | EntityFlag::kDeleted)) eyes.fail();
  r.receipt = receipt;
  r.is_user = tag & EntityFlag::kUser;
  r.deleted = tag & EntityFlag::kDeleted;
  r.number = eyes.u32();
  read_fields(eyes, true, r.attributes);
}

void read_lists(Eyes& eyes, uint8_t tag, ExposureRecord& r) {
  auto& in = eyes.in();
  r.newer.resize(eyes.count(17));
  for (auto& n : r.newer) {
    n.view = in.fixed<uint64_t>();
    n.key = in.fixed<uint64_t>();
    n.position = in.varint();
  }
  r.members.resize(eyes.count(10));
  for (auto& m : r.members) {
    m.name = eyes.text();
    m.version = eyes.text();
    m.weight = in.fixed<double>();
  }
  bool certain = tag & ExposureFlag::kCertain;
  r.items.resize(eyes.count(certain ? 9 : 17));
  for (auto& item : r.items) {
    item.item = eyes.u32();
    item.score = in.fixed<double>();
    item.propensity = certain ? 1 : in.fixed<double>();
  }
  r.candidates.resize(tag & ExposureFlag::kCandidates ? eyes.count(1) : 0);
  for (auto& candidate : r.candidates) candidate = eyes.u32();
  read_fields(eyes, tag & ExposureFlag::kContext, r.context);
}

void read(Eyes& eyes, uint8_t tag, Timestamp receipt, ExposureRecord& r) {
  auto& in = eyes.in();
  r.receipt = receipt;
  r.cache_hit = tag & ExposureFlag::kCacheHit;
  r.explained = tag & ExposureFlag::kExplained;
  r.prediction = in.fixed<PredictionId>();
  r.at = eyes.before(receipt);
  r.now = eyes.before(receipt);
  for (uint64_t* n : {&r.position, &r.snapshot, &r.list}) *n = in.varint();
  uint8_t level = in.byte();
  if (level > static_cast<uint8_t>(Level::Static)) eyes.fail();
  r.level = static_cast<Level>(level);
  for (uint32_t* n :
       {&r.placement.value, &r.user, &r.session, &r.fallback_reason.value, &r.experiment.value, &r.variant.value})
    *n = eyes.u32();
  r.propensity = in.fixed<double>();
  read_lists(eyes, tag, r);
}

void read(Eyes& eyes, uint8_t tag, Timestamp receipt, PublicationRecord& r) {
  if (tag & ~kKindMask) eyes.fail();
  r.receipt = receipt;
  r.description = eyes.in().text();
}

template <typename T>
void read_as(Eyes& eyes, uint8_t tag, Timestamp receipt, Record& record) {
  if (!std::holds_alternative<T>(record)) record.emplace<T>();
  read(eyes, tag, receipt, *std::get_if<T>(&record));
}

Error corrupt(std::string_view what, uint64_t first) {
  return {Code::Corrupt, "journal block " + std::to_string(first) + ": " + std::string(what) +
                             "; run 'augury repair' or restore a backup"};
}

}  // namespace

Result<BlockReader> BlockReader::open(std::string_view key, std::string_view value) {
  ByteReader in_key(key);
  BlockReader block;
  block.first_ = in_key.big_endian<uint64_t>();
  if (key.size() != kBlockKey || block.first_ == 0)
    return Error{Code::Corrupt, "journal: a key of " + std::to_string(key.size()) + " bytes is not a block's"};
  if (value.size() < kBlockHeader) return corrupt("shorter than its header", block.first_);
  ByteReader in(value);
  if (in.fixed<uint64_t>() != checksum(value, block.first_)) return corrupt("checksum differs", block.first_);
  if (uint8_t version = in.byte(); version == 0 || version > kVersion)
    return Error{Code::Invalid, "journal block " + std::to_string(block.first_) + ": format version " +
                                    std::to_string(version) + ", this program reads up to " + std::to_string(kVersion) +
                                    "; use the newer version that wrote it"};
  block.count_ = in.fixed<uint32_t>();
  block.before_ = in.fixed<uint64_t>();
  block.rest_ = value.substr(kBlockHeader);
  if (block.count_ == 0 || block.count_ > block.rest_.size()) return corrupt("impossible count", block.first_);
  if (block.before_ >= block.first_ || block.first_ + block.count_ < block.first_)
    return corrupt("impossible sequence", block.first_);
  return block;
}

bool BlockReader::next(Record& record, uint64_t& sequence) {
  if (read_ == count_ || bad_) return false;
  Eyes eyes(rest_);
  uint8_t tag = eyes.in().byte();
  receipt_ = eyes.after(receipt_);
  switch (static_cast<Kind>(tag & kKindMask)) {
    case Kind::Event:
      read_as<EventRecord>(eyes, tag, receipt_, record);
      break;
    case Kind::Entity:
      read_as<EntityRecord>(eyes, tag, receipt_, record);
      break;
    case Kind::Exposure:
      read_as<ExposureRecord>(eyes, tag, receipt_, record);
      break;
    case Kind::Publication:
      read_as<PublicationRecord>(eyes, tag, receipt_, record);
      break;
    default:
      eyes.fail();
  }
  rest_.remove_prefix(rest_.size() - eyes.in().left());
  bool left_over = read_ + 1 == count_ && !rest_.empty();
  bad_ = eyes.failed() || left_over;
  if (bad_) return false;
  sequence = first_ + read_++;
  return true;
}

Result<void> BlockReader::check() const {
  if (bad_) return corrupt("record " + std::to_string(first_ + read_) + " is malformed", first_);
  return {};
}

}  // namespace augury::journal
