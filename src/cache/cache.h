// Values already known, by text key, in a bounded number of bytes.
//
//   Cache<Answer> cache{{.bytes_max = 64 << 20}, clock};
//   cache.put(key, answer, answer_bytes, 1h);
//   if (auto found = cache.get(key)) use(*found.value, found.age);
//
// Keys are spread over shards by a hash with a per-process seed. What is found stays alive while held, even when it is
// replaced or thrown out meanwhile.
//
// Thread-safe. get() takes no lock.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/epoch.h"
#include "base/hash.h"
#include "cache/shard.h"

namespace augury::cache {

struct CacheOptions {
  size_t bytes_max = 64u << 20;  // Everything included; each shard gets an equal part.
  size_t shards = 8;             // Writers of one shard wait for each other.
  size_t entry_bytes = 1024;     // Typical bytes of key and value; only sizes the tables.
};

struct CacheCounts {
  uint64_t entries = 0, bytes = 0, evictions = 0;
};

template <typename Value>
class Cache {
 public:
  Cache(const CacheOptions& options, const base::MonotonicClock& clock) : clock_(clock) {
    size_t shards = std::max<size_t>(1, options.shards);
    for (size_t i = 0; i < shards; ++i)
      shards_.push_back(std::make_unique<Shard>(
          epochs_, ShardSize{.bytes_max = options.bytes_max / shards, .entry_bytes = options.entry_bytes}));
  }

  struct Found {
    std::shared_ptr<const Value> value;
    std::chrono::nanoseconds age{};  // Since it was put.
    explicit operator bool() const { return value != nullptr; }
  };
  Found get(std::string_view key) const {
    uint64_t hash = base::hash64(key, base::process_seed());
    auto now = clock_.now();
    auto found = shard(hash).get(hash, key, now);
    if (!found.value) return {};
    return {std::static_pointer_cast<const Value>(std::move(found.value)), now - found.stored};
  }

  // Keeps `value`, which takes `bytes` beside its key, for at most `keep`. False if it is too large for a shard.
  bool put(std::string_view key, std::shared_ptr<const Value> value, size_t bytes, std::chrono::nanoseconds keep) {
    uint64_t hash = base::hash64(key, base::process_seed());
    auto now = clock_.now();
    return shard(hash).put({hash, key, std::move(value), bytes, now, now + keep});
  }
  bool erase(std::string_view key) {
    uint64_t hash = base::hash64(key, base::process_seed());
    return shard(hash).erase(hash, key);
  }

  CacheCounts counts() const {
    CacheCounts sum;
    for (const auto& s : shards_) {
      sum.entries += s->entries();
      sum.bytes += s->bytes();
      sum.evictions += s->evictions();
    }
    return sum;
  }

 private:
  Shard& shard(uint64_t hash) const { return *shards_[(hash >> 32) % shards_.size()]; }

  const base::MonotonicClock& clock_;
  base::Epochs epochs_;  // Before the shards: they free through it.
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace augury::cache
