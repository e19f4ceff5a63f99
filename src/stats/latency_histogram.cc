#include "stats/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace augury::stats {

// A value in units of 32 ns is u. Below 32 the bucket is u itself; above, its top six bits give the power and part.
size_t LatencyHistogram::bucket_of(uint64_t ns) {
  uint64_t u = std::min(ns, (uint64_t{1} << kTopBits) - 1) >> kUnitBits;
  int shift = std::max(0, static_cast<int>(std::bit_width(u)) - kPartBits - 1);
  return (static_cast<size_t>(shift) << kPartBits) + (u >> shift);
}

uint64_t LatencyHistogram::upper_edge(size_t bucket) {
  size_t parts = size_t{1} << kPartBits;
  size_t shift = bucket < 2 * parts ? 0 : (bucket >> kPartBits) - 1;
  uint64_t u = bucket - (shift << kPartBits);
  return (((u + 1) << shift) << kUnitBits) - 1;
}

void LatencyHistogram::record(std::chrono::nanoseconds took) {
  int64_t ns = std::max<int64_t>(0, took.count());
  counts_[bucket_of(static_cast<uint64_t>(ns))].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(ns, std::memory_order_relaxed);
  int64_t seen = max_.load(std::memory_order_relaxed);
  while (ns > seen && !max_.compare_exchange_weak(seen, ns, std::memory_order_relaxed)) {
  }
}

uint64_t LatencyHistogram::count() const {
  uint64_t total = 0;
  for (const auto& c : counts_) total += c.load(std::memory_order_relaxed);
  return total;
}

std::chrono::nanoseconds LatencyHistogram::quantile(double q) const {
  uint64_t total = count();
  if (total == 0) return {};
  auto rank = static_cast<uint64_t>(std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(total)));
  rank = std::max<uint64_t>(rank, 1);
  uint64_t seen = 0;
  for (size_t b = 0; b < kBuckets; ++b) {
    seen += counts_[b].load(std::memory_order_relaxed);
    if (seen >= rank) return std::min(std::chrono::nanoseconds{static_cast<int64_t>(upper_edge(b))}, max());
  }
  return max();
}

uint64_t LatencyHistogram::count_within(std::chrono::nanoseconds limit) const {
  if (limit.count() < 0) return 0;
  uint64_t total = 0;
  size_t last = bucket_of(static_cast<uint64_t>(limit.count()));
  for (size_t b = 0; b <= last; ++b) total += counts_[b].load(std::memory_order_relaxed);
  return total;
}

}  // namespace augury::stats
