#include <bit>
#include <cmath>
#include <cstring>

#include "base/hash.h"
#include "journal/block_internal.h"
#include "journal/journal.h"

namespace augury::journal {
namespace {

// Writes into room that is known to suffice.
class Pen {
 public:
  explicit Pen(char* at) : at_(at) {}
  char* at() const { return at_; }

  void byte(uint8_t value) { *at_++ = static_cast<char>(value); }
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<uint8_t>(value | 0x80));
    byte(static_cast<uint8_t>(value));
  }
  void signed_varint(int64_t value) {
    varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  template <typename T>
  void fixed(const T& value) {
    std::memcpy(at_, &value, sizeof value);
    at_ += sizeof value;
  }
  void text(std::string_view bytes) {
    varint(bytes.size());
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }

 private:
  char* at_;
};

constexpr size_t kVarintMax = 10;
constexpr size_t kU32Max = 5;
constexpr size_t kFieldMax = kU32Max + 1 + 16;  // Without the members of a list.

size_t room_for(const std::vector<NamedField>& fields) {
  size_t bytes = kVarintMax + fields.size() * kFieldMax;
  for (const auto& field : fields)
    if (const auto* texts = std::get_if<std::vector<TextNumber>>(&field.value)) bytes += texts->size() * kU32Max;
  for (const auto& field : fields)
    if (const auto* vector = std::get_if<std::vector<float>>(&field.value)) bytes += vector->size() * sizeof(float);
  return bytes;
}

int64_t minus(Timestamp a, Timestamp b) {
  return static_cast<int64_t>(static_cast<uint64_t>(micros(a)) - static_cast<uint64_t>(micros(b)));
}

void kind(Pen& pen, FieldKind k) { pen.byte(static_cast<uint8_t>(k)); }

void number(Pen& pen, double x) {
  bool whole = std::abs(x) < 0x1p53 && x == std::floor(x) && !(x == 0 && std::signbit(x));
  kind(pen, whole ? FieldKind::Whole : FieldKind::Number);
  if (whole)
    pen.signed_varint(static_cast<int64_t>(x));
  else
    pen.fixed(x);
}

struct PutField {
  Pen& pen;
  void operator()(std::monostate) const { kind(pen, FieldKind::Missing); }
  void operator()(double x) const { number(pen, x); }
  void operator()(bool b) const { kind(pen, b ? FieldKind::True : FieldKind::False); }
  void operator()(TextNumber t) const {
    kind(pen, FieldKind::Text);
    pen.varint(t.value);
  }
  void operator()(const std::vector<TextNumber>& texts) const {
    kind(pen, FieldKind::Texts);
    pen.varint(texts.size());
    for (auto t : texts) pen.varint(t.value);
  }
  void operator()(Location l) const {
    kind(pen, FieldKind::Location);
    pen.fixed(l.lat);
    pen.fixed(l.lon);
  }
  void operator()(Timestamp t) const {
    kind(pen, FieldKind::Time);
    pen.signed_varint(micros(t));
  }
  void operator()(const std::vector<float>& vector) const {
    kind(pen, FieldKind::Vector);
    pen.varint(vector.size());
    for (float x : vector) pen.fixed(x);
  }
};

void put_fields(Pen& pen, const std::vector<NamedField>& fields) {
  pen.varint(fields.size());
  for (const auto& field : fields) {
    pen.varint(field.name.value);
    std::visit(PutField{pen}, field.value);
  }
}

void tag(Pen& pen, Kind k, int flags) { pen.byte(static_cast<uint8_t>(static_cast<int>(k) | flags)); }

void put(Pen& pen, const EntityRecord& r, int64_t since) {
  tag(pen, Kind::Entity, (r.is_user ? EntityFlag::kUser : 0) | (r.deleted ? EntityFlag::kDeleted : 0));
  pen.signed_varint(since);
  pen.varint(r.number);
  put_fields(pen, r.attributes);
}

void put(Pen& pen, const PublicationRecord& r, int64_t since) {
  tag(pen, Kind::Publication, 0);
  pen.signed_varint(since);
  pen.text(r.description);
}

bool all_certain(const ExposureRecord& r) {
  for (const auto& item : r.items)
    if (std::bit_cast<uint64_t>(item.propensity) != std::bit_cast<uint64_t>(1.0)) return false;
  return true;
}

void put_lists(Pen& pen, const ExposureRecord& r, bool certain) {
  pen.varint(r.newer.size());
  for (const auto& n : r.newer) pen.fixed(n.view), pen.fixed(n.key), pen.varint(n.position);
  pen.varint(r.members.size());
  for (const auto& m : r.members) pen.varint(m.name.value), pen.varint(m.version.value), pen.fixed(m.weight);
  pen.varint(r.items.size());
  for (const auto& item : r.items) {
    pen.varint(item.item);
    pen.fixed(item.score);
    if (!certain) pen.fixed(item.propensity);
  }
  if (!r.candidates.empty()) pen.varint(r.candidates.size());
  for (auto candidate : r.candidates) pen.varint(candidate);
  if (!r.context.empty()) put_fields(pen, r.context);
}

void put(Pen& pen, const ExposureRecord& r, int64_t since) {
  bool certain = all_certain(r);
  tag(pen, Kind::Exposure,
      (r.cache_hit ? ExposureFlag::kCacheHit : 0) | (r.explained ? ExposureFlag::kExplained : 0) |
          (certain ? ExposureFlag::kCertain : 0) | (r.candidates.empty() ? 0 : ExposureFlag::kCandidates) |
          (r.context.empty() ? 0 : ExposureFlag::kContext));
  pen.signed_varint(since);
  pen.fixed(r.prediction);
  pen.signed_varint(minus(r.receipt, r.at));
  pen.signed_varint(minus(r.receipt, r.now));
  for (uint64_t n : {r.position, r.snapshot, r.list}) pen.varint(n);
  pen.byte(static_cast<uint8_t>(r.level));
  for (uint32_t n :
       {r.placement.value, r.user, r.session, r.fallback_reason.value, r.experiment.value, r.variant.value})
    pen.varint(n);
  pen.fixed(r.propensity);
  put_lists(pen, r, certain);
}

constexpr size_t kFixedPart = 128;

size_t room_for(const EntityRecord& r) { return kFixedPart + room_for(r.attributes); }
size_t room_for(const PublicationRecord& r) { return kFixedPart + r.description.size(); }
size_t room_for(const ExposureRecord& r) {
  return kFixedPart + 5 * kVarintMax + r.newer.size() * (16 + kVarintMax) + r.members.size() * (2 * kU32Max + 8) +
         r.items.size() * (kU32Max + 16) + r.candidates.size() * kU32Max + room_for(r.context);
}

}  // namespace

uint64_t checksum(std::string_view value, uint64_t sequence) {
  return base::hash64(value.substr(kChecksumBytes), sequence);
}

char* BlockWriter::room(size_t more) {
  if (used_ == 0) used_ = kBlockHeader;
  if (buffer_.size() < used_ + more) buffer_.resize(std::max(buffer_.size() * 2, used_ + more));
  return buffer_.data() + used_;
}

int64_t BlockWriter::since_last(Timestamp receipt) {
  int64_t since = minus(receipt, receipt_);
  receipt_ = receipt;
  return since;
}

void BlockWriter::added(const char* end) {
  used_ = static_cast<size_t>(end - buffer_.data());
  ++count_;
}

void BlockWriter::add(const EventRecord& e) {
  size_t lists = (e.fields.empty() ? 0 : room_for(e.fields)) + (e.context.empty() ? 0 : room_for(e.context));
  Pen pen(room(kFixedPart + lists));
  bool has_prediction = e.prediction != PredictionId{};
  tag(pen, Kind::Event,
      (e.fingerprint ? EventFlag::kFingerprint : 0) | (has_prediction ? EventFlag::kPrediction : 0) |
          (e.fields.empty() ? 0 : EventFlag::kFields) | (e.context.empty() ? 0 : EventFlag::kContext) |
          (e.session ? EventFlag::kSession : 0));
  pen.signed_varint(since_last(e.receipt));
  pen.signed_varint(minus(e.receipt, e.at));
  pen.varint(e.type.value);
  pen.varint(e.user);
  pen.varint(e.item);
  if (e.session) pen.varint(e.session);
  if (e.fingerprint) pen.fixed(e.fingerprint);
  if (has_prediction) pen.fixed(e.prediction);
  if (!e.fields.empty()) put_fields(pen, e.fields);
  if (!e.context.empty()) put_fields(pen, e.context);
  added(pen.at());
}

void BlockWriter::add(const Record& record) {
  if (const auto* event = std::get_if<EventRecord>(&record)) return add(*event);
  std::visit(
      [&](const auto& r) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(r)>, EventRecord>) {
          Pen pen(room(room_for(r)));
          put(pen, r, since_last(r.receipt));
          added(pen.at());
        }
      },
      record);
}

std::string_view BlockWriter::seal(uint64_t first, uint64_t before) {
  room(0);
  Pen pen(buffer_.data() + kChecksumBytes);
  pen.fixed(kVersion);
  pen.fixed(static_cast<uint32_t>(count_));
  pen.fixed(before);
  std::string_view value(buffer_.data(), used_);
  Pen(buffer_.data()).fixed(checksum(value, first));
  return value;
}

void BlockWriter::clear() {
  used_ = 0;
  count_ = 0;
  receipt_ = {};
}

}  // namespace augury::journal
