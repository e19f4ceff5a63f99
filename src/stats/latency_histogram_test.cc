#include "stats/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>
#include <vector>

#include "base/random.h"

namespace augury::stats {
namespace {

using std::chrono::nanoseconds;

TEST(LatencyHistogram, IsEmptyAtFirst) {
  LatencyHistogram h;
  EXPECT_EQ(h.count(), 0u);
  EXPECT_EQ(h.quantile(0.99), nanoseconds{0});
}

TEST(LatencyHistogram, NeverUnderstatesAQuantileAndOverstatesItByAtMostOnePart) {
  const uint64_t seed = 77;
  SCOPED_TRACE(seed);
  base::Random random(seed);
  LatencyHistogram h;
  std::vector<int64_t> all;
  for (int i = 0; i < 20'000; ++i) {
    int64_t ns = random.between(0, (int64_t{1} << random.between(1, 36)));
    all.push_back(ns);
    h.record(nanoseconds{ns});
  }
  std::sort(all.begin(), all.end());
  for (double q : {0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(all.size())));
    int64_t exact = all[rank - 1], got = h.quantile(q).count();
    EXPECT_GE(got, exact) << q;
    EXPECT_LE(static_cast<double>(got), static_cast<double>(exact) * (1 + 1.0 / 32) + 32) << q;
  }
}

TEST(LatencyHistogram, TakesAnythingAndReportsTheTrueMaximum) {
  LatencyHistogram h;
  h.record(nanoseconds{-5});
  h.record(std::chrono::hours{3});
  EXPECT_EQ(h.count(), 2u);
  EXPECT_EQ(h.max(), std::chrono::hours{3});
  EXPECT_EQ(h.quantile(0), nanoseconds{31});
}

TEST(LatencyHistogram, CountsWhatStayedWithinALimit) {
  LatencyHistogram h;
  h.record(std::chrono::microseconds{100});
  h.record(std::chrono::milliseconds{5});
  EXPECT_EQ(h.count_within(std::chrono::milliseconds{1}), 1u);
  EXPECT_EQ(h.count_within(std::chrono::milliseconds{10}), 2u);
  EXPECT_EQ(h.count_within(nanoseconds{-1}), 0u);
}

TEST(LatencyHistogram, LosesNothingUnderSeveralThreads) {
  LatencyHistogram h;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&h] {
      for (int i = 0; i < 10'000; ++i) h.record(nanoseconds{i});
    });
  threads.clear();
  EXPECT_EQ(h.count(), 40'000u);
  EXPECT_EQ(h.sum().count(), 4 * (9'999ll * 10'000 / 2));
}

}  // namespace
}  // namespace augury::stats
