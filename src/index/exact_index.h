// Every item is looked at: nothing is ever missed, and the cost is that of reading all vectors once.
//
// Vectors lie in blocks of a few rows, padded with zeros to sixteen numbers, so that base::dot_rows runs over them:
//
//      blocks   [ item 4 | item 9 | ... ] [ item 2 | (gone) | item 7 ] [ item 12 | ...free ]
//
// A row that was published does not change while somebody may read it: an update or a removal copies the block, changes
// the copy and publishes that. New items are written behind the published ones of the last block, which copies nothing.
// The place of a removed item is given to the next new one.
//
// Memory is that of the most items it ever held at a time: (dimension rounded up to 16) x 4 + 4 bytes each, and 4 bytes
// per item number.
//
// Threads: as index.h says.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/epoch.h"
#include "base/segmented_array.h"
#include "index/index.h"

namespace augury::index {

class ExactIndex : public Index {
 public:
  ExactIndex(base::Epochs& epochs, uint32_t dimension);
  ~ExactIndex() override;

  uint32_t dimension() const override { return dimension_; }
  void put(uint32_t item, std::span<const float> vector) override;
  void erase(uint32_t item) override;
  std::vector<Neighbour> nearest(std::span<const float> query, size_t count) const override;
  uint64_t size() const override { return size_.load(std::memory_order_relaxed); }
  uint64_t bytes() const override { return bytes_.load(std::memory_order_relaxed) + blocks_.bytes(); }

 private:
  struct Block;
  void append(uint32_t item, std::span<const float> vector);
  void replace(uint32_t place, uint32_t item, std::span<const float> vector);
  void publish(uint32_t block, std::unique_ptr<Block> made);
  uint64_t block_bytes() const;

  base::Epochs& epochs_;
  const uint32_t dimension_;
  const uint32_t width_;           // Of a row, padded.
  const uint32_t rows_per_block_;  // 1..64, about 16 KiB.
  base::SegmentedArray<std::atomic<Block*>> blocks_;
  std::atomic<uint32_t> used_{0};  // Blocks 0..used_-1 are there.
  std::atomic<uint64_t> size_{0}, bytes_{0};

  // The writer's. A place is block x rows_per_block_ + row.
  std::vector<uint32_t> place_of_;  // By item: its place + 1, 0 = it has none.
  std::vector<uint32_t> free_;      // Places of removed items.
  uint32_t next_ = 0;               // The first place never used.
};

}  // namespace augury::index
