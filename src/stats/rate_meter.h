// How many per second, over the last ten whole seconds.
//
// A ring of one-second slots; a slot carries the second it counts, so an old one is recognised and reused.
//
// Thread-safe; recording takes no lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace augury::stats {

class RateMeter {
 public:
  void record(base::MonotonicTime now, uint32_t count = 1);
  // Mean over the ten seconds before the current one; seconds before the first record count as quiet.
  double per_second(base::MonotonicTime now) const;
  uint64_t total() const { return total_.load(std::memory_order_relaxed); }

 private:
  static constexpr uint64_t kSeconds = 10, kSlots = 16;
  static uint64_t second_of(base::MonotonicTime now) {
    return static_cast<uint64_t>(now.time_since_epoch().count()) / 1'000'000'000u;
  }

  // High half: the second (its low 32 bits). Low half: the count, which saturates.
  std::array<std::atomic<uint64_t>, kSlots> slots_{};
  std::atomic<uint64_t> total_{0};
};

}  // namespace augury::stats
