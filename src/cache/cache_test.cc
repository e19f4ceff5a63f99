#include "cache/cache.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <list>
#include <string>
#include <thread>
#include <unordered_map>

#include "base/random.h"

namespace augury::cache {
namespace {

using std::chrono::seconds;

std::shared_ptr<const int> number(int x) { return std::make_shared<const int>(x); }

TEST(Cache, FindsWhatWasPutAndSaysHowOldItIs) {
  base::ManualMonotonicClock clock;
  Cache<int> cache({.bytes_max = 1 << 20}, clock);
  ASSERT_TRUE(cache.put("a", number(1), 4, seconds{10}));
  clock.advance(seconds{3});
  auto found = cache.get("a");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found.value, 1);
  EXPECT_EQ(found.age, seconds{3});
  EXPECT_FALSE(cache.get("b"));
}

TEST(Cache, ForgetsAtTheEndOfAnEntrysTime) {
  base::ManualMonotonicClock clock;
  Cache<int> cache({.bytes_max = 1 << 20}, clock);
  cache.put("a", number(1), 4, seconds{10});
  clock.advance(seconds{10});
  EXPECT_FALSE(cache.get("a"));
}

TEST(Cache, ReplacesAndErases) {
  base::ManualMonotonicClock clock;
  Cache<int> cache({.bytes_max = 1 << 20}, clock);
  cache.put("a", number(1), 4, seconds{10});
  auto held = cache.get("a");
  cache.put("a", number(2), 4, seconds{10});
  EXPECT_EQ(*cache.get("a").value, 2);
  EXPECT_EQ(*held.value, 1) << "what is held stays";
  EXPECT_EQ(cache.counts().entries, 1u);
  EXPECT_TRUE(cache.erase("a"));
  EXPECT_FALSE(cache.erase("a"));
  EXPECT_FALSE(cache.get("a"));
}

TEST(Cache, RefusesWhatCannotFitAndDropsWhatItWouldHaveReplaced) {
  base::ManualMonotonicClock clock;
  Cache<int> cache({.bytes_max = 64 << 10, .shards = 1}, clock);
  cache.put("a", number(1), 4, seconds{10});
  EXPECT_FALSE(cache.put("a", number(2), 65 << 10, seconds{10}));
  EXPECT_FALSE(cache.get("a"));
}

TEST(Cache, NeverHoldsMoreBytesThanItWasGiven) {
  const uint64_t seed = 99;
  SCOPED_TRACE(seed);
  base::Random random(seed);
  base::ManualMonotonicClock clock;
  Cache<int> cache({.bytes_max = 256 << 10, .shards = 2, .entry_bytes = 512}, clock);
  for (int i = 0; i < 30'000; ++i) {
    std::string key = std::to_string(random.below(3'000));
    if (random.chance(0.5))
      cache.get(key);
    else
      cache.put(key, number(i), random.below(4'000), seconds{10});
    ASSERT_LE(cache.counts().bytes, size_t{256 << 10}) << "step " << i;
  }
  EXPECT_GT(cache.counts().evictions, 1'000u);
}

// S3-FIFO as one would write it on a blackboard: lists, no lock, no epochs.
class Blackboard {
 public:
  Blackboard(size_t bytes_max, size_t entry_bytes) : room_(bytes_max), each_(entry_bytes) {}

  bool get(int key) {
    auto at = where_.find(key);
    if (at == where_.end()) return false;
    at->second->asked = std::min(3, at->second->asked + 1);
    return true;
  }
  void put(int key) {
    auto ghost = std::ranges::find(ghosts_, key);
    bool known = ghost != ghosts_.end();
    if (known) *ghost = -1;
    while ((small_.size() + main_.size() + 1) * each_ > room_) shrink();
    auto& queue = known ? main_ : small_;
    queue.push_back({key, 0});
    where_[key] = std::prev(queue.end());
  }

 private:
  struct Entry {
    int key, asked;
  };
  void shrink() {
    if (main_.empty() || small_.size() * each_ * 10 > room_) {
      auto oldest = small_.begin();
      if (oldest->asked >= 2) {
        oldest->asked = 0;
        main_.splice(main_.end(), small_, oldest);
        return;
      }
      while (ghosts_.size() >= std::max<size_t>(1, small_.size() + main_.size() - 1)) ghosts_.pop_front();
      ghosts_.push_back(oldest->key);
      where_.erase(oldest->key);
      small_.pop_front();
    } else if (main_.front().asked > 0) {
      --main_.front().asked;
      main_.splice(main_.end(), main_, main_.begin());
    } else {
      where_.erase(main_.front().key);
      main_.pop_front();
    }
  }
  size_t room_, each_;
  std::list<Entry> small_, main_;
  std::list<int> ghosts_;  // -1: came back.
  std::unordered_map<int, std::list<Entry>::iterator> where_;
};

class Lru {
 public:
  explicit Lru(size_t count) : count_(count) {}
  bool ask(int key) {
    if (auto at = where_.find(key); at != where_.end()) {
      order_.splice(order_.begin(), order_, at->second);
      return true;
    }
    if (order_.size() == count_) where_.erase(order_.back()), order_.pop_back();
    order_.push_front(key);
    where_[key] = order_.begin();
    return false;
  }

 private:
  size_t count_;
  std::list<int> order_;
  std::unordered_map<int, std::list<int>::iterator> where_;
};

// Zipf(0.99) over `n` keys by the inverse of the cumulative sum.
class Zipf {
 public:
  explicit Zipf(int n) : cumulative_(static_cast<size_t>(n)) {
    double sum = 0;
    for (size_t i = 0; i < cumulative_.size(); ++i)
      cumulative_[i] = sum += 1 / std::pow(static_cast<double>(i + 1), 0.99);
  }
  int draw(base::Random& random) const {
    double u = random.uniform() * cumulative_.back();
    return static_cast<int>(std::lower_bound(cumulative_.begin(), cumulative_.end(), u) - cumulative_.begin());
  }

 private:
  std::vector<double> cumulative_;
};

struct Shelf {
  base::Epochs epochs;
  Shard shard;
  size_t value_bytes;
  base::MonotonicTime now{}, later{std::chrono::hours{1}};
  std::shared_ptr<const int> value = number(1);

  // Room for exactly `entries` entries of one 8-byte key each.
  Shelf(size_t entries, size_t each)
      : shard(epochs, {.bytes_max = full(entries, each), .entry_bytes = each}),
        value_bytes(each - Shard::entry_overhead() - 8) {}
  static size_t full(size_t entries, size_t each) {
    size_t bytes = entries * each;
    for (int i = 0; i < 20; ++i) {
      base::Epochs scratch;
      bytes = entries * each + Shard(scratch, {.bytes_max = bytes, .entry_bytes = each}).bytes();
    }
    return bytes;
  }
  static std::string_view text(const uint64_t& key) { return {reinterpret_cast<const char*>(&key), 8}; }
  bool get(int key) {
    auto k = static_cast<uint64_t>(key);
    return shard.get(base::mix(k), text(k), now).value != nullptr;
  }
  void put(int key) {
    auto k = static_cast<uint64_t>(key);
    shard.put({base::mix(k), text(k), value, value_bytes, now, later});
  }
};

TEST(Cache, DecidesAsTheBlackboardVersionDoes) {
  const uint64_t seed = 31337;
  SCOPED_TRACE(seed);
  base::Random random(seed);
  Zipf zipf(2'000);
  const size_t entries = 100, each = 1024;
  Shelf shelf(entries, each);
  Blackboard blackboard(entries * each, each);
  for (int i = 0; i < 60'000; ++i) {
    int key = zipf.draw(random);
    bool hit = shelf.get(key);
    ASSERT_EQ(hit, blackboard.get(key)) << "request " << i << " of key " << key;
    if (!hit) shelf.put(key), blackboard.put(key);
  }
}

TEST(Cache, HitsMoreThanLeastRecentlyUsedOnSkewedRequests) {
  const uint64_t seed = 5;
  SCOPED_TRACE(seed);
  base::Random random(seed);
  Zipf zipf(200'000);
  const size_t entries = 200;  // 0.1 %.
  Shelf shelf(entries, 512);
  Lru lru(entries);
  int hits = 0, lru_hits = 0;
  const int asks = 400'000;
  for (int i = 0; i < asks; ++i) {
    int key = zipf.draw(random);
    lru_hits += lru.ask(key);
    if (shelf.get(key))
      ++hits;
    else
      shelf.put(key);
  }
  double ours = 100.0 * hits / asks, theirs = 100.0 * lru_hits / asks;
  std::printf("hit ratio on Zipf(0.99), 0.1 %% of the keys: %.1f %%, LRU %.1f %%\n", ours, theirs);
  EXPECT_GE(ours, theirs + 8);
}

TEST(Cache, ServesReadersWhileWritersThrowThingsOut) {
  Cache<int> cache({.bytes_max = 64 << 10, .shards = 2, .entry_bytes = 256}, base::system_monotonic_clock());
  std::vector<std::jthread> threads;
  std::atomic<int> wrong{0};
  for (uint64_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      base::Random random(t);
      for (int i = 0; i < 10'000; ++i) {
        int key = static_cast<int>(random.below(400));
        if (auto found = cache.get(std::to_string(key)); found && *found.value != key) ++wrong;
        if (random.chance(0.3)) cache.put(std::to_string(key), number(key), 100, seconds{10});
      }
    });
  threads.clear();
  EXPECT_EQ(wrong, 0);
  EXPECT_LE(cache.counts().bytes, size_t{64 << 10});
}

}  // namespace
}  // namespace augury::cache
