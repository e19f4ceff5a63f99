// Memory for one answer: taken in steps, given back at once.
//
// Begins in a block that its thread keeps for the next answer, so that most answers never ask the allocator.
//
// Not thread-safe: one answer, one thread at a time (it may move between steps).
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>

namespace augury::pipeline {

class Arena {
 public:
  static constexpr size_t kBlockBytes = 128 << 10;

  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  std::pmr::memory_resource& memory() { return memory_; }

 private:
  std::unique_ptr<std::byte[]> block_;
  std::pmr::monotonic_buffer_resource memory_;
};

}  // namespace augury::pipeline
