#include "ingest/checkpoint.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/bytes.h"

namespace augury::ingest {

namespace {

constexpr uint8_t kVersion = 1;
constexpr int kNice = 10;
constexpr size_t kIdsPerEntry = 4096;
constexpr size_t kHistoryWords = 512;
constexpr size_t kRowKey = 17;  // 'r', view, key.

// First byte of a key: what it is a part of. Ascending, as the file wants it.
constexpr char kCatalog = 'c', kDedup = 'd', kHistory = 'h', kMeta = 'm', kRows = 'r';

template <typename... Numbers>
std::string key_of(char part, Numbers... numbers) {
  std::string key(1, part);
  base::ByteWriter out(key);
  (out.big_endian(numbers), ...);
  return key;
}

void append_words(std::string& out, std::span<const uint64_t> words) {
  if (!words.empty()) out.append(reinterpret_cast<const char*>(words.data()), words.size_bytes());
}

std::vector<uint64_t> words_of(std::string_view bytes) {
  std::vector<uint64_t> words(bytes.size() / sizeof(uint64_t));
  if (!words.empty()) std::memcpy(words.data(), bytes.data(), words.size() * sizeof(uint64_t));
  return words;
}

Error damaged(std::string_view what) {
  return {Code::Corrupt,
          "checkpoint: " + std::string(what) +
              " cannot be read; run 'augury repair' (state is rebuilt from the journal) or restore a backup"};
}

// Every entry whose key begins with `prefix`.
Result<void> each(const io::Database& database, int family, std::string_view prefix, const auto& visit) {
  auto cursor = database.scan(family, prefix);
  for (; cursor.valid() && cursor.key().starts_with(prefix); cursor.next()) {
    if (!visit(cursor.key().substr(prefix.size()), cursor.value())) return damaged("an entry");
  }
  return cursor.check();
}

std::string encode_meta(const CheckpointMeta& meta) {
  std::string bytes;
  base::ByteWriter out(bytes);
  out.byte(kVersion);
  out.varint(meta.position);
  out.fixed(micros(meta.newest_receipt));
  out.varint(meta.views.size());
  for (uint64_t view : meta.views) out.fixed(view);
  return bytes;
}

}  // namespace

std::string encode_entity(const journal::EntityRecord& entity) {
  journal::BlockWriter block;
  block.add(journal::Record(entity));
  return std::string(block.seal(1, 0));
}

Result<journal::EntityRecord> decode_entity(std::string_view bytes) {
  std::string key;
  base::ByteWriter(key).big_endian(uint64_t{1});
  AUGURY_TRY(auto block, journal::BlockReader::open(key, bytes));
  journal::Record record;
  uint64_t sequence = 0;
  if (!block.next(record, sequence) || !std::holds_alternative<journal::EntityRecord>(record))
    return damaged("a catalogue entry");
  return std::get<journal::EntityRecord>(std::move(record));
}

Result<std::optional<CheckpointMeta>> read_meta(const io::Database& database) {
  AUGURY_TRY(auto bytes, database.get(kStateFamily, key_of(kMeta)));
  if (!bytes) return std::optional<CheckpointMeta>();
  base::ByteReader in(*bytes);
  if (uint8_t version = in.byte(); version > kVersion)
    return Error{Code::Invalid, "checkpoint: written by a newer version (format " + std::to_string(version) +
                                    ", this one reads up to 1); use that version"};
  CheckpointMeta meta;
  meta.position = in.varint();
  meta.newest_receipt = from_micros(in.fixed<int64_t>());
  uint64_t views = in.varint();
  for (uint64_t i = 0; i < views && !in.failed(); ++i) meta.views.push_back(in.fixed<uint64_t>());
  if (in.failed() || !in.empty()) return damaged("its description");
  return std::optional(meta);
}

Result<void> CheckpointReader::names(store::Dictionary& names) const {
  return each(database_, kNamesFamily, "", [&](std::string_view key, std::string_view value) {
    base::ByteReader in(key);
    uint8_t kind = in.byte();
    auto number = in.big_endian<uint32_t>();
    return kind <= 3 && !in.failed() && names.restore(static_cast<definition::NameKind>(kind), number, value);
  });
}

Result<void> CheckpointReader::rows(uint64_t view, store::Rows& rows) const {
  std::vector<uint64_t> words;
  return each(database_, kStateFamily, key_of(kRows, view), [&](std::string_view key, std::string_view value) {
    base::ByteReader in_key(key), in(value);
    uint64_t row = in_key.big_endian<uint64_t>(), position = in.varint();
    if (in_key.failed() || in.failed() || in.left() % sizeof(uint64_t) != 0) return false;
    words.resize(in.left() / sizeof(uint64_t));
    if (words.empty()) return true;  // Erased.
    std::memcpy(words.data(), value.data() + (value.size() - in.left()), in.left());
    rows.restore(row, words, position);
    return true;
  });
}

Result<void> CheckpointReader::catalog(const std::function<void(const journal::EntityRecord&)>& visit) const {
  return each(database_, kStateFamily, key_of(kCatalog), [&](std::string_view, std::string_view value) {
    auto entity = decode_entity(value);
    if (entity) visit(*entity);
    return entity.has_value();
  });
}

Result<void> CheckpointReader::dedup(Dedup& dedup) const {
  return each(database_, kStateFamily, key_of(kDedup), [&](std::string_view key, std::string_view value) {
    Timestamp receipt{std::chrono::hours{base::ByteReader(key).big_endian<int64_t>()}};
    // The end of the hour: an id is known a little longer, never shorter.
    for (uint64_t fingerprint : words_of(value)) dedup.add(fingerprint, receipt + std::chrono::hours{1} - Duration{1});
    return value.size() % sizeof(uint64_t) == 0;
  });
}

Result<std::vector<uint64_t>> CheckpointReader::history() const {
  std::vector<uint64_t> all;
  AUGURY_TRY_VOID(each(database_, kStateFamily, key_of(kHistory), [&](std::string_view, std::string_view value) {
    auto words = words_of(value);
    all.insert(all.end(), words.begin(), words.end());
    return true;
  }));
  return all;
}

// Rows of the first view at or behind `from` that `kept` does not name are erased in `batch`; the next view to look at,
// nullopt at the end.
static Result<std::optional<uint64_t>> forget_next_view(io::Database& database, const std::vector<uint64_t>& kept,
                                                        uint64_t from, io::Batch& batch) {
  auto cursor = database.scan(kStateFamily, key_of(kRows, from));
  AUGURY_TRY_VOID(cursor.check());
  if (!cursor.valid() || cursor.key().size() != kRowKey) return std::optional<uint64_t>();
  uint64_t view = base::ByteReader(cursor.key().substr(1)).big_endian<uint64_t>();
  if (std::find(kept.begin(), kept.end(), view) == kept.end()) {
    std::string prefix = key_of(kRows, view);
    for (; cursor.valid() && cursor.key().starts_with(prefix); cursor.next()) batch.erase(kStateFamily, cursor.key());
    AUGURY_TRY_VOID(cursor.check());
  }
  return view == UINT64_MAX ? std::nullopt : std::optional(view + 1);
}

Result<void> forget_other_views(io::Database& database, const std::vector<uint64_t>& kept) {
  io::Batch batch;
  for (std::optional<uint64_t> from = 0; from;) {
    AUGURY_TRY(from, forget_next_view(database, kept, *from, batch));
  }
  return batch.empty() ? Result<void>() : database.write(batch);
}

void put_name(io::Batch& batch, definition::NameKind kind, uint32_t number, std::string_view name) {
  batch.put(kNamesFamily, key_of(static_cast<char>(kind), number), name);
}

Checkpointer::Checkpointer(io::Database& database, journal::Journal& journal, store::Store& store,
                           const feature::Plan& plan, std::function<void()> woke)
    : database_(database), journal_(journal), store_(store), plan_(plan), woke_(std::move(woke)) {
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "augury-ckpt");
}

Checkpointer::~Checkpointer() {
  {
    base::Lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Checkpointer::start(Cut cut) {
  running_ = true;
  {
    base::Lock lock(mutex_);
    wanted_ = std::move(cut);
  }
  changed_.notify_all();
}

std::optional<Checkpointer::Ended> Checkpointer::ended() {
  base::Lock lock(mutex_);
  if (!ended_) return std::nullopt;
  running_ = false;
  return std::exchange(ended_, std::nullopt);
}

void Checkpointer::run() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);
  while (true) {
    Cut cut;
    {
      base::Lock lock(mutex_);
      while (!stopping_ && !wanted_) changed_.wait(lock);
      if (stopping_) return;
      cut = *std::exchange(wanted_, std::nullopt);
    }
    auto begun = std::chrono::steady_clock::now();
    auto result = write(cut);
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    {
      base::Lock lock(mutex_);
      ended_ = Ended{std::move(cut), std::move(result), seconds};
    }
    woke_();
  }
}

Result<void> Checkpointer::write(const Cut& cut) {
  AUGURY_TRY_VOID(journal_.sync());
  AUGURY_TRY(auto file, database_.new_file(kStateFamily));
  for (auto& [key, bytes] : cut.catalog)
    AUGURY_TRY_VOID(file.put(key_of(kCatalog, static_cast<uint8_t>(key.first), key.second), bytes));
  std::string value;
  for (auto& hour : cut.dedup) {
    for (uint32_t part = 0; part * kIdsPerEntry < hour.fingerprints.size(); ++part) {
      auto ids = std::span<const uint64_t>(hour.fingerprints).subspan(part * kIdsPerEntry);
      value.clear();
      append_words(value, ids.first(std::min(ids.size(), kIdsPerEntry)));
      AUGURY_TRY_VOID(file.put(key_of(kDedup, hour.hour, cut.meta.position, part), value));
    }
  }
  for (uint32_t page = 0; page * kHistoryWords < cut.history.size(); ++page) {
    auto words = std::span<const uint64_t>(cut.history).subspan(page * kHistoryWords);
    value.clear();
    append_words(value, words.first(std::min(words.size(), kHistoryWords)));
    AUGURY_TRY_VOID(file.put(key_of(kHistory, page), value));
  }
  AUGURY_TRY_VOID(file.put(key_of(kMeta), encode_meta(cut.meta)));
  AUGURY_TRY_VOID(write_rows(file));
  std::vector<io::SortedFile> files;
  files.push_back(std::move(file));
  AUGURY_TRY_VOID(database_.publish(std::move(files)));
  return forget_old_ids(cut.dedup_oldest_hour);
}

Result<void> Checkpointer::write_rows(io::SortedFile& file) {
  std::vector<std::pair<uint64_t, uint32_t>> views;
  for (uint32_t view = 0; view < store_.views(); ++view) views.emplace_back(plan_.views()[view].fingerprint, view);
  std::sort(views.begin(), views.end());
  std::string value;
  Result<void> result;
  for (auto [fingerprint, view] : views) {
    store_.rows(view).visit_cut([&](uint64_t key, std::span<const uint64_t> words, uint64_t position) {
      if (!result) return;
      value.clear();
      base::ByteWriter(value).varint(position);
      append_words(value, words);
      result = file.put(key_of(kRows, fingerprint, key), value);
    });
    if (!result) return result;
  }
  return result;
}

Result<void> Checkpointer::forget_old_ids(int64_t oldest_hour) {
  io::Batch batch;
  auto cursor = database_.scan(kStateFamily, key_of(kDedup));
  std::string end = key_of(kDedup, std::max<int64_t>(oldest_hour, 0));
  for (; cursor.valid() && cursor.key() < end; cursor.next()) batch.erase(kStateFamily, cursor.key());
  AUGURY_TRY_VOID(cursor.check());
  return batch.empty() ? Result<void>() : database_.write(batch);
}

}  // namespace augury::ingest
