#include "journal/journal.h"

#include <atomic>

#include "base/bytes.h"
#include "journal/block_internal.h"

namespace augury::journal {
namespace {

constexpr uint64_t kGap = 1u << 20;

std::string block_key(uint64_t first) {
  std::string key;
  base::ByteWriter(key).big_endian(first);
  return key;
}

// A mark says that a run began or ended behind `sequence`, the newest number that is taken.
struct Mark {
  enum State : uint8_t { Began = 1, Ended = 2 };
  uint64_t sequence = 0;
  uint64_t number = 0;
  State state = Ended;
  uint64_t newest = 0;  // Of a record.
};

void put_mark(io::Batch& batch, int family, const Mark& mark) {
  std::string key = block_key(mark.sequence), value(kChecksumBytes, '\0');
  base::ByteWriter(key).big_endian(mark.number);
  base::ByteWriter out(value);
  out.byte(kMarkVersion);
  out.byte(mark.state);
  out.fixed(mark.newest);
  uint64_t sum = checksum(value, mark.sequence);
  std::memcpy(value.data(), &sum, sizeof sum);
  batch.put(family, key, value);
}

Result<Mark> read_mark(std::string_view key, std::string_view value) {
  Mark mark;
  base::ByteReader in_key(key), in(value);
  mark.sequence = in_key.big_endian<uint64_t>();
  mark.number = in_key.big_endian<uint64_t>();
  uint64_t sum = in.fixed<uint64_t>();
  uint8_t version = in.byte(), state = in.byte();
  mark.newest = in.fixed<uint64_t>();
  bool good = value.size() == kMarkBytes && sum == checksum(value, mark.sequence) && mark.newest <= mark.sequence;
  if (!good || version != kMarkVersion || (state != Mark::Began && state != Mark::Ended))
    return Error{Code::Corrupt, "journal: the mark behind " + std::to_string(mark.sequence) +
                                    " is damaged; run 'augury repair' or restore a backup"};
  mark.state = static_cast<Mark::State>(state);
  return mark;
}

// At least kGap behind everything that may have been numbered.
uint64_t skip_ahead(uint64_t taken) { return (taken / kGap + 2) * kGap; }

class DatabaseWalk : public Journal::Walk {
 public:
  DatabaseWalk(io::Cursor cursor, uint64_t from) : cursor_(std::move(cursor)), from_(from) {}

  Result<std::optional<BlockReader>> next() override {
    if (started_) cursor_.next();
    started_ = true;
    for (; cursor_.valid(); cursor_.next()) {
      if (cursor_.key().size() == kMarkKey) continue;
      AUGURY_TRY(auto block, BlockReader::open(cursor_.key(), cursor_.value()));
      if (newest_ && block.before() != *newest_)
        return Error{Code::Corrupt, "journal: records " + std::to_string(*newest_ + 1) + " to " +
                                        std::to_string(block.before()) +
                                        " are missing; run 'augury repair' or restore a backup"};
      newest_ = block.first() + block.count() - 1;
      if (*newest_ >= from_) return std::optional(block);
    }
    AUGURY_TRY_VOID(cursor_.check());
    return std::optional<BlockReader>();
  }

 private:
  io::Cursor cursor_;
  uint64_t from_;
  bool started_ = false;
  std::optional<uint64_t> newest_;
};

class DatabaseJournal : public Journal {
 public:
  DatabaseJournal(io::Database& database, int family) : database_(database), family_(family) {}

  Result<void> start() {
    AUGURY_TRY(auto end, database_.last(family_));
    bool clean = !end;
    uint64_t taken = 0;
    if (end && end->first.size() == kMarkKey) {
      AUGURY_TRY(auto mark, read_mark(end->first, end->second));
      clean = mark.state == Mark::Ended;
      taken = mark.sequence;
      newest_ = mark.newest;
      marks_ = mark.number;
    } else if (end) {
      AUGURY_TRY(auto block, BlockReader::open(end->first, end->second));
      taken = block.first() + block.count() - 1;
      newest_ = taken;
    }
    next_ = clean ? taken + 1 : skip_ahead(taken);
    unclean_ = !clean;
    return leave_mark(Mark::Began);
  }

  Result<uint64_t> append(BlockWriter& block, io::Batch& with) override {
    uint64_t first = next_;
    if (!block.empty()) with.put(family_, block_key(first), block.seal(first, newest_));
    AUGURY_TRY_VOID(database_.write(with));
    if (!block.empty()) {
      next_ = first + block.count();
      newest_ = first + block.count() - 1;
    }
    block.clear();
    return first;
  }

  Result<void> sync() override { return database_.sync(); }
  Result<void> close() override {
    AUGURY_TRY_VOID(leave_mark(Mark::Ended));
    return database_.flush();
  }
  uint64_t next() const override { return next_; }
  uint64_t newest() const override { return newest_; }
  bool was_unclean() const override { return unclean_; }

  std::unique_ptr<Walk> read(uint64_t from) const override {
    return std::make_unique<DatabaseWalk>(database_.scan_from_at_or_before(family_, block_key(from)), from);
  }

 private:
  Result<void> leave_mark(Mark::State state) {
    io::Batch batch;
    put_mark(batch, family_, {next_ - 1, marks_ + 1, state, newest_});
    AUGURY_TRY_VOID(database_.write(batch));
    ++marks_;
    return database_.sync();
  }

  io::Database& database_;
  const int family_;
  std::atomic<uint64_t> next_{1};
  std::atomic<uint64_t> newest_{0};
  uint64_t marks_ = 0;
  bool unclean_ = false;
};

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(io::Database& database, int family) {
  auto journal = std::make_unique<DatabaseJournal>(database, family);
  AUGURY_TRY_VOID(journal->start());
  return std::unique_ptr<Journal>(std::move(journal));
}

}  // namespace augury::journal
