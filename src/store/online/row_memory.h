// Where rows live: zeroed blocks that start on a cache line, cut from chunks by size class, reused when freed.
//
// Thread-safe: blocks are given by the writer and come back from whoever runs the epochs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/sync.h"

namespace augury::store {

class RowMemory {
 public:
  static constexpr size_t kLine = 64;

  ~RowMemory();

  static size_t rounded(size_t bytes) { return (bytes + kLine - 1) / kLine * kLine; }
  // Freed only one by one, not with the RowMemory.
  static bool is_large(size_t bytes) { return bytes > kClasses * kLine; }
  // `bytes` is a multiple of kLine, here and in free().
  void* allocate(size_t bytes);
  void free(void* block, size_t bytes);

 private:
  static constexpr size_t kClasses = 32;  // Up to 2 KiB; larger blocks are the system allocator's.

  void* carve(size_t bytes) AUGURY_REQUIRES(mutex_);

  base::Mutex mutex_;
  std::array<void*, kClasses> free_ AUGURY_GUARDED_BY(mutex_) = {};  // Linked through their first word.
  std::vector<void*> chunks_ AUGURY_GUARDED_BY(mutex_);
  std::byte* next_ AUGURY_GUARDED_BY(mutex_) = nullptr;
  size_t left_ AUGURY_GUARDED_BY(mutex_) = 0;
};

}  // namespace augury::store
