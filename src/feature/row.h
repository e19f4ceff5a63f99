// How a plan reaches the rows it changes and reads. The plan knows what the words mean; whoever implements these
// interfaces knows where they are kept.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory_resource>
#include <span>

namespace augury::feature {

constexpr uint64_t row_key(uint32_t first) { return first; }
constexpr uint64_t row_key(uint32_t first, uint32_t second) { return (uint64_t{first} << 32) | second; }

// A row being written: 64-bit words, stored with release so that readers under the row's sequence lock may load them.
struct MutableRow {
  std::atomic<uint64_t>* words = nullptr;
  uint32_t size = 0;       // Words there is room for.
  void* handle = nullptr;  // The implementer's own.

  uint64_t load(uint32_t i) const { return words[i].load(std::memory_order_relaxed); }  // One writer: its own stores.
  void store(uint32_t i, uint64_t value) const { words[i].store(value, std::memory_order_release); }
};

// Rows for the one writer. A row is open from open() to close(); readers keep seeing it as it was. A plan has one row
// open at a time.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // The row of `key` in `view`; a new one has `words` zeros.
  virtual MutableRow open(uint32_t view, uint64_t key, uint32_t words) = 0;
  // The same row with room for at least `words`, new ones zero. `row` is not to be used any more.
  virtual MutableRow grow(const MutableRow& row, uint32_t words) = 0;
  virtual void close(const MutableRow& row) = 0;
  // Hints that the row will be opened soon.
  virtual void prefetch(uint32_t view, uint64_t key) = 0;
};

class RowReader {
 public:
  virtual ~RowReader() = default;
  // A consistent copy of the row, from `arena`; empty if there is none.
  virtual std::span<const uint64_t> read(uint32_t view, uint64_t key, std::pmr::memory_resource& arena) const = 0;
};

}  // namespace augury::feature
