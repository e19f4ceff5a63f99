#include "store/online/row_memory.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace augury::store {

namespace {

constexpr size_t kChunkFirst = size_t{32} << 10;
constexpr size_t kChunk = size_t{1} << 20;

void* aligned(size_t bytes) {
  void* block = std::aligned_alloc(RowMemory::kLine, bytes);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

}  // namespace

RowMemory::~RowMemory() {
  for (void* chunk : chunks_) std::free(chunk);
}

void* RowMemory::allocate(size_t bytes) {
  size_t index = bytes / kLine - 1;
  void* block;
  if (index >= kClasses) {
    block = aligned(bytes);
  } else {
    base::Lock lock(mutex_);
    block = free_[index];
    if (block != nullptr) {
      std::memcpy(&free_[index], block, sizeof(void*));
    } else {
      block = carve(bytes);
    }
  }
  return std::memset(block, 0, bytes);
}

void RowMemory::free(void* block, size_t bytes) {
  size_t index = bytes / kLine - 1;
  if (index >= kClasses) return std::free(block);
  base::Lock lock(mutex_);
  std::memcpy(block, &free_[index], sizeof(void*));
  free_[index] = block;
}

void* RowMemory::carve(size_t bytes) {
  if (bytes > left_) {
    left_ = chunks_.size() < 8 ? kChunkFirst : kChunk;  // The rest of the old chunk, under 2 KiB, is given up.
    chunks_.push_back(aligned(left_));
    next_ = static_cast<std::byte*>(chunks_.back());
  }
  void* block = next_;
  next_ += bytes;
  left_ -= bytes;
  return block;
}

}  // namespace augury::store
