// One part of a cache: S3-FIFO (Yang et al., SOSP 2023) over a table that readers walk without a lock.
//
//   put --seen lately?--no--> small (10 % of the bytes) --asked twice--> main (90 %) --asked since--> back to its head
//            |yes                   |else                                   |else
//            v                      v                                       v
//           main                  ghosts                                   gone
//
// Both are first-in first-out: a hit moves nothing, it only counts up to three. That is what keeps a hit free of
// locks, and one-off keys out of main.
//
// Thread-safe: readers by epochs, writers by a lock of the shard.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/epoch.h"
#include "base/sync.h"
#include "cache/ghosts.h"

namespace augury::cache {

struct ShardSize {
  size_t bytes_max = 0;       // Entries, table and ghosts together.
  size_t entry_bytes = 1024;  // Typical; sizes the table and the ghosts.
};

class Shard {
 public:
  Shard(base::Epochs& epochs, const ShardSize& size);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  struct Found {
    std::shared_ptr<const void> value;  // Null: not there, or past its time.
    base::MonotonicTime stored;
  };
  Found get(uint64_t hash, std::string_view key, base::MonotonicTime now) const;

  struct Put {
    uint64_t hash;
    std::string_view key;
    std::shared_ptr<const void> value;
    size_t value_bytes;
    base::MonotonicTime stored, expires;
  };
  // Replaces what is there. False if it alone would not fit; then nothing is kept under the key.
  bool put(const Put& put);
  bool erase(uint64_t hash, std::string_view key);

  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  uint64_t entries() const { return entries_.load(std::memory_order_relaxed); }
  uint64_t evictions() const { return evictions_.load(std::memory_order_relaxed); }
  static size_t entry_overhead();  // Bytes an entry takes beside its key and value.

 private:
  struct Entry;
  struct Queue {
    Entry* oldest = nullptr;
    Entry* newest = nullptr;
    size_t bytes = 0, count = 0;
  };

  std::atomic<Entry*>& bucket(uint64_t hash) const { return buckets_[hash & (bucket_count_ - 1)]; }
  Entry* find(uint64_t hash, std::string_view key) const;
  void push(Queue& queue, Entry* entry, const base::Lock& held);
  Entry* pop(Queue& queue, const base::Lock& held);
  void remove(Queue& queue, Entry* entry, const base::Lock& held);
  void discard(Entry* entry, const base::Lock& held);
  void make_room(size_t bytes, const base::Lock& held);
  void shrink_small(const base::Lock& held);
  void shrink_main(const base::Lock& held);

  base::Epochs& epochs_;
  const size_t bytes_max_;
  const size_t bucket_count_;
  const size_t overhead_;  // Table and ghosts: held from the start.
  std::unique_ptr<std::atomic<Entry*>[]> buckets_;
  mutable base::Mutex mutex_;
  Queue small_ AUGURY_GUARDED_BY(mutex_), main_ AUGURY_GUARDED_BY(mutex_);
  Ghosts ghosts_ AUGURY_GUARDED_BY(mutex_);
  std::atomic<size_t> bytes_{0};
  std::atomic<uint64_t> entries_{0}, evictions_{0};
};

}  // namespace augury::cache
