// One row in memory: a sequence lock, where it stands, and its words. Half a cache line, then the words.
#pragma once

#include <atomic>
#include <cstdint>

#include "store/online/row_memory.h"

namespace augury::store {

struct Row {
  std::atomic<uint32_t> lock;      // Odd: being written.
  std::atomic<uint32_t> changed;   // Generation of cuts it was last changed in.
  std::atomic<uint64_t> position;  // Sequence of the last event that changed it.
  uint64_t key;
  std::atomic<uint32_t> size;  // Words in use; those beyond are zero.
  uint32_t capacity;           // Words there is room for.

  std::atomic<uint64_t>* words() { return reinterpret_cast<std::atomic<uint64_t>*>(this + 1); }
  const std::atomic<uint64_t>* words() const { return reinterpret_cast<const std::atomic<uint64_t>*>(this + 1); }

  static size_t bytes_for(uint32_t words) { return RowMemory::rounded(sizeof(Row) + words * sizeof(uint64_t)); }
  size_t bytes() const { return sizeof(Row) + capacity * sizeof(uint64_t); }

  // An unlocked, empty row of `words` zeros.
  static Row* make(RowMemory& memory, uint64_t key, uint32_t words) {
    size_t bytes = bytes_for(words);
    auto* row = static_cast<Row*>(memory.allocate(bytes));
    row->key = key;
    row->capacity = static_cast<uint32_t>((bytes - sizeof(Row)) / sizeof(uint64_t));
    row->size.store(words, std::memory_order_relaxed);
    return row;
  }
};
static_assert(sizeof(Row) == 32 && std::atomic<uint64_t>::is_always_lock_free);

}  // namespace augury::store
