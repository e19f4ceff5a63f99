#include "wire/time_text.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace augury::wire {
namespace {

int64_t us(std::string_view text) {
  auto t = parse_time(text);
  return t ? micros(*t) : -1;
}

TEST(TimeText, ReadsRfc3339WithOffsetsAndFractions) {
  EXPECT_EQ(us("2026-01-10T00:00:00Z"), 1'768'003'200'000'000);
  EXPECT_EQ(us("2026-01-10T01:30:00+01:30"), 1'768'003'200'000'000);
  EXPECT_EQ(us("2026-01-09T16:00:00-08:00"), 1'768'003'200'000'000);
  EXPECT_EQ(us("2026-01-10t00:00:00.5z"), 1'768'003'200'500'000);
  EXPECT_EQ(us("2026-01-10 00:00:00.123456789Z"), 1'768'003'200'123'456);
  EXPECT_EQ(us("2026-01-10"), 1'768'003'200'000'000);
  EXPECT_EQ(us("2024-02-29T00:00:00Z"), 1'709'164'800'000'000);
  EXPECT_EQ(us("2016-12-31T23:59:60Z"), 1'483'228'800'000'000) << "a leap second is the next second";
}

TEST(TimeText, ReadsEpochsInSecondsOrMilliseconds) {
  EXPECT_EQ(us("1678901234"), 1'678'901'234'000'000);
  EXPECT_EQ(us("1678901234.25"), 1'678'901'234'250'000);
  EXPECT_EQ(us("1678901234567"), 1'678'901'234'567'000);
  EXPECT_EQ(from_epoch(0), from_micros(0));
  EXPECT_FALSE(from_epoch(1e300));
  EXPECT_FALSE(from_epoch(-1e11)) << "before the year 1 counts as no time";
}

TEST(TimeText, RefusesWhatIsNoMoment) {
  for (auto bad : {"", "x", "2026-13-01", "2026-02-30T00:00:00Z", "2026-01-10T24:00:00Z", "2026-01-10T00:60:00Z",
                   "2026-01-10T00:00:00", "2026-01-10T00:00:00.Z", "2026-01-10T00:00:00+25:00", "2026-01-10T00:00:00Zx",
                   "2026-01-10T00:00:61Z", "0000-01-01", "nan", "inf", "1e400", "12 ", "26-01-10"})
    EXPECT_FALSE(parse_time(bad)) << bad;
}

TEST(TimeText, WritesNoMoreDigitsThanNeeded) {
  EXPECT_EQ(format_rfc3339(from_micros(1'768'003'200'000'000)), "2026-01-10T00:00:00Z");
  EXPECT_EQ(format_rfc3339(from_micros(1'768'003'200'120'000)), "2026-01-10T00:00:00.120Z");
  EXPECT_EQ(format_rfc3339(from_micros(1'768'003'200'000'001)), "2026-01-10T00:00:00.000001Z");
  EXPECT_EQ(format_rfc3339(from_micros(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(TimeText, WhatItWritesItReads) {
  constexpr uint64_t kSeed = 7;
  SCOPED_TRACE(kSeed);
  base::Random random(kSeed);
  for (int i = 0; i < 2000; ++i) {
    Timestamp t = from_micros(random.between(-60'000'000'000'000'000, 250'000'000'000'000'000));
    EXPECT_EQ(parse_rfc3339(format_rfc3339(t)), t) << format_rfc3339(t);
  }
}

}  // namespace
}  // namespace augury::wire
