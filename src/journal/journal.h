// The append-only, durable record of everything that happened. State is a function of it.
//
// Records go in by blocks; a block is one key (its first sequence, big-endian) and is there whole or not at all.
// Sequences only grow. After an unclean stop they skip ahead, so that a number never means two things.
//
// One thread appends; any thread syncs or reads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "augury/position.h"
#include "augury/result.h"
#include "io/database.h"
#include "journal/record.h"

namespace augury::journal {

// Bytes of a block being made. Encoding is the hot path of ingestion: no allocation once its buffer has grown.
class BlockWriter {
 public:
  void add(const Record& record);
  void add(const EventRecord& event);
  size_t count() const { return count_; }
  size_t bytes() const { return used_; }
  bool empty() const { return count_ == 0; }
  void clear();

  // The finished value of a block whose first record is `first`, the newest one before it being `before` (0 = none).
  // Lives until the next call.
  std::string_view seal(uint64_t first, uint64_t before);

 private:
  char* room(size_t more);
  int64_t since_last(Timestamp receipt);
  void added(const char* end);

  std::string buffer_;  // Grown ahead; the first `used_` bytes count, header included.
  size_t used_ = 0;
  size_t count_ = 0;
  Timestamp receipt_{};  // Of the record before.
};

// Reads the records of one block, whose bytes it borrows.
class BlockReader {
 public:
  // Corrupt: checksum or header is wrong. Invalid: written by a newer version.
  static Result<BlockReader> open(std::string_view key, std::string_view value);
  uint64_t first() const { return first_; }
  size_t count() const { return count_; }
  // The newest sequence before this block; 0 = none.
  uint64_t before() const { return before_; }
  // Fills `record` and its sequence; false at the end. Reuses the vectors inside `record` where it can.
  bool next(Record& record, uint64_t& sequence);
  // Corrupt if next() ended early because a record was malformed (only bytes forged with a right checksum can be).
  Result<void> check() const;

 private:
  uint64_t first_ = 0;
  uint64_t before_ = 0;
  size_t count_ = 0;
  size_t read_ = 0;
  bool bad_ = false;
  Timestamp receipt_{};
  std::string_view rest_;
};

class Journal {
 public:
  // `family` of `database` holds the blocks. Finds where the record ends; leaves a gap in the numbers if the last
  // stop was not clean.
  static Result<std::unique_ptr<Journal>> open(io::Database& database, int family);
  virtual ~Journal() = default;

  // Writes the block together with `with` (dictionary entries it needs) as one unit, not yet durable, and clears both.
  // Returns the sequence of its first record. After an error nothing was numbered: try again with both, or clear both.
  virtual Result<uint64_t> append(BlockWriter& block, io::Batch& with) = 0;
  // Everything appended before this call is durable when it returns.
  virtual Result<void> sync() = 0;
  // Marks a clean end, synced: the next open leaves no gap. No append after it.
  virtual Result<void> close() = 0;

  // The sequence the next record gets, and of the newest appended one (0 = none).
  virtual uint64_t next() const = 0;
  virtual uint64_t newest() const = 0;
  // Did the last run end without close()?
  virtual bool was_unclean() const = 0;

  // Blocks in order, from the one that holds `from` (or the first after it), as of the call of read().
  class Walk {
   public:
    virtual ~Walk() = default;
    // The next block, nullopt at the end. Its bytes live until the next call. Corrupt: it is damaged, or missing.
    virtual Result<std::optional<BlockReader>> next() = 0;
  };
  virtual std::unique_ptr<Walk> read(uint64_t from) const = 0;
};

}  // namespace augury::journal
