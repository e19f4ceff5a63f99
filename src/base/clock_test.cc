#include "base/clock.h"

#include <gtest/gtest.h>

#include <ctime>

namespace augury {
namespace {

using namespace std::chrono_literals;

TEST(Clock, TheSystemsMonotonicClockNeverGoesBack) {
  auto last = base::system_monotonic_clock().now();
  for (int i = 0; i < 1000; ++i) {
    auto now = base::system_monotonic_clock().now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(Clock, TheSystemsWallClockSaysWhatTheSystemSays) {
  int64_t before = std::time(nullptr) - 1;
  int64_t now = micros(base::system_wall_clock().now()) / 1'000'000;
  EXPECT_GE(now, before);
  EXPECT_LE(now, std::time(nullptr) + 1);
}

TEST(Clock, ManualClocksMoveOnlyWhenTold) {
  base::ManualMonotonicClock monotonic;
  auto start = monotonic.now();
  EXPECT_EQ(monotonic.now(), start);
  EXPECT_NE(start, base::MonotonicTime{}) << "zero may mean 'never' to a caller";
  monotonic.advance(3ms);
  EXPECT_EQ(monotonic.now() - start, 3ms);

  base::ManualWallClock wall(from_micros(50));
  wall.advance(Duration{7});
  EXPECT_EQ(micros(wall.now()), 57);
  wall.set(from_micros(3));
  EXPECT_EQ(micros(wall.now()), 3);
}

}  // namespace
}  // namespace augury
