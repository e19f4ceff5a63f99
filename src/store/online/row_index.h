// From a key to its row: an array where keys are small numbers, a hash table where they are anything.
//
// One thread writes; any thread reads under a base::Epochs::Pin, without a lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/epoch.h"
#include "base/random.h"
#include "base/segmented_array.h"
#include "store/online/row.h"

namespace augury::store {

class DenseIndex {
 public:
  Row* find(uint64_t key) const {
    auto* place = rows_.find(static_cast<uint32_t>(key));
    return place == nullptr ? nullptr : place->load(std::memory_order_acquire);
  }
  Row* guess(uint64_t key) const { return find(key); }
  // Null forgets the key.
  void set(uint64_t key, Row* row) { rows_.at(static_cast<uint32_t>(key)).store(row, std::memory_order_release); }
  uint64_t bytes() const { return rows_.bytes(); }

 private:
  base::SegmentedArray<std::atomic<Row*>> rows_;
};

// Open addressing, 16-byte slots. Cut in shards that grow one at a time, so that the writer never stands still for the
// whole table.
class HashedIndex {
 public:
  explicit HashedIndex(base::Epochs& epochs);
  ~HashedIndex();

  Row* find(uint64_t key) const;
  // The row in the key's first slot: most often the right one, and enough for a hint.
  Row* guess(uint64_t key) const;
  // Null forgets the key.
  void set(uint64_t key, Row* row);
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  struct Slot {
    std::atomic<uint64_t> key;  // Never changes once `row` was set, so a reader cannot pair a key with another's row.
    std::atomic<Row*> row;      // Null: free. gone(): was there.
  };
  struct Slots;
  struct Shard {
    std::atomic<Slots*> slots;
    uint32_t used = 0;  // Including the ones gone.
  };
  static constexpr size_t kShards = 64;

  static Row* gone() { return reinterpret_cast<Row*>(uintptr_t{1}); }
  void grow(Shard& shard);

  base::Epochs& epochs_;
  std::array<Shard, kShards> shards_;
  std::atomic<uint64_t> bytes_{0};
};

}  // namespace augury::store
