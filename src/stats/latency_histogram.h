// How long things took: quantiles of millions of measurements in 8 KB.
//
// Buckets are log-linear (as in HDR histograms): each power of two of nanoseconds is cut into 32 equal parts, so a
// quantile is off by at most 1/32 of itself, at 1 µs as at 10 s. Below 1.024 µs a bucket is 32 ns wide; beyond
// 2^37 ns (137 s) everything is in the last one.
//
// Thread-safe; recording takes no lock.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace augury::stats {

class LatencyHistogram {
 public:
  // Negative ones count as 0.
  void record(std::chrono::nanoseconds took);

  uint64_t count() const;
  std::chrono::nanoseconds sum() const { return std::chrono::nanoseconds{sum_.load(std::memory_order_relaxed)}; }
  std::chrono::nanoseconds max() const { return std::chrono::nanoseconds{max_.load(std::memory_order_relaxed)}; }

  // The upper edge of the bucket that holds the q-quantile (0..1), but never above max(); 0 with no measurements.
  std::chrono::nanoseconds quantile(double q) const;
  // Measurements of at most `limit`, to the bucket's edge: for cumulative export.
  uint64_t count_within(std::chrono::nanoseconds limit) const;

 private:
  static constexpr int kPartBits = 5, kUnitBits = 5, kTopBits = 37;
  static constexpr size_t kBuckets = size_t{kTopBits - kUnitBits - kPartBits + 1} << kPartBits;
  static size_t bucket_of(uint64_t ns);
  static uint64_t upper_edge(size_t bucket);  // The largest value in it.

  std::array<std::atomic<uint64_t>, kBuckets> counts_{};
  std::atomic<int64_t> sum_{0};
  std::atomic<int64_t> max_{0};
};

}  // namespace augury::stats
