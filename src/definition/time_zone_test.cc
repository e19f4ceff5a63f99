#include "definition/time_zone.h"

#include <gtest/gtest.h>

#include "wire/time_text.h"

namespace augury::definition {
namespace {

TEST(TimeZone, FollowsDaylightSaving) {
  auto winter = *wire::parse_rfc3339("2026-01-10T12:00:00Z");
  auto summer = *wire::parse_rfc3339("2026-07-10T12:00:00Z");
  EXPECT_EQ(local_time(winter, "Europe/Paris")->hour, 13);
  EXPECT_EQ(local_time(summer, "Europe/Paris")->hour, 14);
  EXPECT_EQ(local_time(winter, "America/Los_Angeles")->hour, 4);
  EXPECT_EQ(local_time(winter, "UTC")->hour, 12);
}

TEST(TimeZone, TheDayIsTheOneOnTheWall) {
  auto saturday_night = *wire::parse_rfc3339("2026-01-10T23:30:00Z");
  EXPECT_EQ(local_time(saturday_night, "UTC")->weekday, 6);
  EXPECT_EQ(local_time(saturday_night, "Asia/Tokyo")->weekday, 7);
  EXPECT_EQ(local_time(from_micros(-1), "UTC")->hour, 23) << "before 1970 too";
}

TEST(TimeZone, AnUnknownOneIsMissing) {
  Timestamp t = from_micros(0);
  EXPECT_FALSE(local_time(t, "Atlantis/Center"));
  EXPECT_FALSE(local_time(t, ""));
  EXPECT_FALSE(local_time(t, std::string(1000, 'x')));
  EXPECT_TRUE(local_time(t, "Europe/Paris")) << "and does not spoil the next";
}

}  // namespace
}  // namespace augury::definition
