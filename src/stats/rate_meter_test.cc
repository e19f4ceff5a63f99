#include "stats/rate_meter.h"

#include <gtest/gtest.h>

namespace augury::stats {
namespace {

base::MonotonicTime at(double s) {
  return base::MonotonicTime{std::chrono::nanoseconds{static_cast<int64_t>(s * 1e9)}};
}

TEST(RateMeter, AveragesTheTenSecondsBeforeThisOne) {
  RateMeter meter;
  for (int s = 100; s < 110; ++s) meter.record(at(s + 0.5), 20);
  EXPECT_EQ(meter.per_second(at(110)), 20);
  EXPECT_EQ(meter.per_second(at(115)), 10);
}

TEST(RateMeter, ForgetsWhatIsOlderEvenWhenSlotsAreReused) {
  RateMeter meter;
  meter.record(at(3), 100);
  EXPECT_EQ(meter.per_second(at(19.5)), 0);
  meter.record(at(19), 5);
  EXPECT_EQ(meter.per_second(at(20)), 0.5);
  EXPECT_EQ(meter.total(), 105u);
}

TEST(RateMeter, DoesNotCountTheSecondThatIsStillRunning) {
  RateMeter meter;
  meter.record(at(50.1));
  EXPECT_EQ(meter.per_second(at(50.9)), 0);
}

}  // namespace
}  // namespace augury::stats
