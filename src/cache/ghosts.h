// Remembers which keys were thrown out lately, by fingerprint alone, so that one that comes back is known.
//
// A first-in first-out ring of fingerprints with an open-addressing table beside it; both have their size for life.
//
// Not thread-safe (a Shard's lock protects it).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace augury::cache {

class Ghosts {
 public:
  explicit Ghosts(size_t count_max);

  // From now on only the last `limit` added (at most count_max, at least 1) are known, less those taken. Adding one
  // that is known changes nothing.
  void add(uint64_t fingerprint, size_t limit);
  // True if it was there; it is not any more.
  bool take(uint64_t fingerprint);

  size_t count() const { return count_; }
  static size_t bytes_for(size_t count_max);

 private:
  size_t home(uint64_t fingerprint) const { return static_cast<size_t>(fingerprint) & (table_.size() - 1); }
  size_t find(uint64_t fingerprint) const;  // Its slot, or the empty one that ends its run.
  void drop(size_t slot);
  void forget_oldest();

  struct Slot {
    uint64_t fingerprint = 0;  // 0 = empty.
    size_t number = 0;         // Of its place in the ring.
  };
  // The last added, oldest at tail_; 0 = taken since. A number's place is number mod ring_.size().
  std::vector<uint64_t> ring_;
  std::vector<Slot> table_;     // Each live one of ring_.
  size_t head_ = 0, tail_ = 0;  // Ever growing.
  size_t count_ = 0;            // Live ones.
};

}  // namespace augury::cache
