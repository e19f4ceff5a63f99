#include "cli/importing/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/time_text.h"

namespace augury::cli::importing {
namespace {

using testing::HasSubstr;

std::string read(std::string_view format, std::string_view text) {
  auto time = TimeFormat::parse(format)->read(text);
  return time ? wire::format_rfc3339(*time) : "no time";
}

TEST(Mapping, IsReadFromYaml) {
  auto mapping = *read_mapping(
      "columns: {user_id: CustomerID}\nconstants: {event: purchase}\nevent_names: {addtocart: cart}\n"
      "time: ms\nseparator: ';'\n",
      "map.yaml");
  EXPECT_EQ(mapping.columns["user_id"], "CustomerID");
  EXPECT_EQ(mapping.constants["event"], "purchase");
  EXPECT_EQ(mapping.event_names["addtocart"], "cart");
  EXPECT_EQ(mapping.time.unit, TimeFormat::Unit::Milliseconds);
  EXPECT_EQ(mapping.separator, ";");
}

TEST(Mapping, SaysEverythingThatIsWrongWithItsPlace) {
  auto wrong = read_mapping("column: {user_id: a}\ntime: minutes\nseparator: ''\n", "map.yaml");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("map.yaml:1:1: "));
  EXPECT_THAT(wrong.error().message, HasSubstr("did you mean 'columns'"));
  EXPECT_THAT(wrong.error().message, HasSubstr("time: found 'minutes', expected s, ms, us or ns"));
  EXPECT_THAT(wrong.error().message, HasSubstr("separator: found '', expected text"));
  EXPECT_FALSE(read_mapping("a: [", "map.yaml"));
}

TEST(Mapping, TakesPairsFromFlags) {
  std::map<std::string, std::string> into;
  ASSERT_TRUE(Mapping::add("user_id=a=b", "--column", into));
  EXPECT_EQ(into["user_id"], "a=b");
  EXPECT_THAT(Mapping::add("user_id", "--column", into).error().message, HasSubstr("--column wants NAME=WHAT"));
}

TEST(TimeFormat, ReadsUnitsExactly) {
  EXPECT_EQ(read("s", "1700000000"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(read("s", "1700000000.5"), "2023-11-14T22:13:20.500Z");
  EXPECT_EQ(read("ms", "1700000000123"), "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(read("ms", "86400000"), "1970-01-02T00:00:00Z") << "too small to be guessed as milliseconds";
  EXPECT_EQ(read("us", "1700000000123457"), "2023-11-14T22:13:20.123457Z");
  EXPECT_EQ(read("ns", "1700000000123457999"), "2023-11-14T22:13:20.123457Z");
  EXPECT_EQ(read("s", "1700000000123"), "no time");
  EXPECT_EQ(read("us", "9223372036854775807"), "no time");
  EXPECT_EQ(read("ms", "soon"), "no time");
}

TEST(TimeFormat, ReadsPatterns) {
  EXPECT_EQ(read("%d/%m/%Y %H:%M", "01/12/2010 08:26"), "2010-12-01T08:26:00Z");
  EXPECT_EQ(read("%Y%m%d", "20101201"), "2010-12-01T00:00:00Z");
  EXPECT_EQ(read("%Y-%m-%d %H:%M %z", "2010-12-01 08:26 +0100"), "2010-12-01T07:26:00Z");
  EXPECT_EQ(read("%d/%m/%Y", "01/12/2010 08:26"), "no time") << "all of the text must fit";
  EXPECT_FALSE(TimeFormat::parse("h"));
}

TEST(TimeFormat, GuessesWithoutBeingTold) {
  TimeFormat guess;
  EXPECT_EQ(guess.read("2010-12-01 08:26:00"), guess.read("2010-12-01T08:26:00Z")) << "no zone is UTC";
  EXPECT_EQ(guess.read("1700000000"), guess.read("1700000000000"));
  EXPECT_FALSE(guess.read("yesterday"));
}

}  // namespace
}  // namespace augury::cli::importing
