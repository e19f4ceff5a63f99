#include "config/amount.h"

#include <gtest/gtest.h>

namespace augury::config {
namespace {

TEST(Amount, ReadsDurations) {
  EXPECT_EQ(parse_duration("100ms"), Duration{100'000});
  EXPECT_EQ(parse_duration("1.5h"), Duration{5'400'000'000});
  EXPECT_EQ(parse_duration("0.1s"), Duration{100'000});
  EXPECT_EQ(parse_duration("30d"), Duration{2'592'000'000'000});
  EXPECT_EQ(parse_duration("2w"), parse_duration("14d"));
  for (auto bad : {"", "5", "m", "-5m", "5 m", "5min", "1e3s", "0.1us", "200000d", "nan", "infs"})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(Amount, WritesDurationsInTheLargestWholeUnitUpToDays) {
  EXPECT_EQ(format_duration(std::chrono::hours(1)), "1h");
  EXPECT_EQ(format_duration(std::chrono::seconds(90)), "90s");
  EXPECT_EQ(format_duration(std::chrono::hours(24 * 14)), "14d");
  EXPECT_EQ(format_duration(Duration{1500}), "1500us");
  EXPECT_EQ(format_duration(Duration{0}), "0s");
}

TEST(Amount, ReadsSharesCountsAndBytes) {
  EXPECT_EQ(parse_share("5%"), 0.05);
  EXPECT_EQ(parse_share("0.25"), 0.25);
  EXPECT_FALSE(parse_share("101%"));
  EXPECT_FALSE(parse_share("%"));
  EXPECT_FALSE(parse_share("-1%"));
  EXPECT_EQ(parse_count("50M"), 50'000'000u);
  EXPECT_EQ(parse_count("7"), 7u);
  EXPECT_FALSE(parse_count("1.5"));
  EXPECT_FALSE(parse_count("-1"));
  EXPECT_EQ(parse_bytes("64MiB"), 64u << 20);
  EXPECT_EQ(parse_bytes("2kB"), 2000u);
  EXPECT_FALSE(parse_bytes("2 kB"));
}

TEST(Amount, ReadsNumbersAndBooleansWhole) {
  EXPECT_EQ(parse_number("-1.5e3"), -1500);
  EXPECT_FALSE(parse_number("1x"));
  EXPECT_FALSE(parse_number("inf"));
  EXPECT_EQ(parse_boolean("true"), true);
  EXPECT_EQ(parse_boolean("off"), false);
  EXPECT_FALSE(parse_boolean("maybe"));
}

}  // namespace
}  // namespace augury::config
