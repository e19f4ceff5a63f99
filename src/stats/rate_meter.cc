#include "stats/rate_meter.h"

#include <algorithm>

namespace augury::stats {

void RateMeter::record(base::MonotonicTime now, uint32_t count) {
  uint64_t second = second_of(now) & 0xffffffffu;
  auto& slot = slots_[second % kSlots];
  uint64_t seen = slot.load(std::memory_order_relaxed), next = 0;
  do {
    uint64_t before = seen >> 32 == second ? seen & 0xffffffffu : 0;
    next = second << 32 | std::min<uint64_t>(before + count, 0xffffffffu);
  } while (!slot.compare_exchange_weak(seen, next, std::memory_order_relaxed));
  total_.fetch_add(count, std::memory_order_relaxed);
}

double RateMeter::per_second(base::MonotonicTime now) const {
  uint64_t second = second_of(now), sum = 0;
  for (uint64_t back = 1; back <= kSeconds && back <= second; ++back) {
    uint64_t wanted = (second - back) & 0xffffffffu;
    uint64_t slot = slots_[wanted % kSlots].load(std::memory_order_relaxed);
    if (slot >> 32 == wanted) sum += slot & 0xffffffffu;
  }
  return static_cast<double>(sum) / static_cast<double>(kSeconds);
}

}  // namespace augury::stats
