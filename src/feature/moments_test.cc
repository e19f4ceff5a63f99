#include "feature/moments.h"

#include <gtest/gtest.h>

namespace augury::feature {
namespace {

TEST(Units, RoundHalvesToEvenOnceFromTheExactValue) {
  EXPECT_EQ(units_of(1), 1'000'000);
  EXPECT_EQ(units_of(-1.5), -1'500'000);
  EXPECT_EQ(units_of(0x1p-7), 7812) << "7812.5 lies between, and 7812 is even";
  EXPECT_EQ(units_of(3 * 0x1p-7), 23438) << "23437.5: 23438 is even";
  EXPECT_EQ(units_of(-0x1p-7), -7812);
  EXPECT_EQ(units_of(0.1), 100'000);
  EXPECT_EQ(units_of(4.9e-7), 0);
  EXPECT_EQ(units_of(5.1e-7), 1);
}

TEST(Units, KeepTheWholeRange) {
  EXPECT_EQ(units_of(1e9), Units{1'000'000'000} * 1'000'000);
  EXPECT_EQ(units_of(-1e9), Units{-1'000'000'000} * 1'000'000);
  EXPECT_EQ(units_of(0), 0);
  EXPECT_EQ(units_of(-0.0), 0);
  EXPECT_EQ(units_of(5e-324), 0);
  EXPECT_EQ(units_of(0x1.fffffffffffffp52), Units{0x1fffffffffffff} * 1'000'000);
  EXPECT_EQ(value_of(units_of(123456.789)), 123456.789);
}

TEST(Moments, AnEmptyWordIsBeforeEveryTime) {
  EXPECT_EQ(time_of_word(0), kNever);
  EXPECT_EQ(time_of_word(word_of_time(0)), 0);
  EXPECT_EQ(time_of_word(word_of_time(-5)), -5);
  EXPECT_LT(word_of_time(-5), word_of_time(7));
}

TEST(Moments, PanesBefore1970AreAsWideAsTheOthers) {
  EXPECT_EQ(floor_div(-1, 60), -1);
  EXPECT_EQ(floor_div(-60, 60), -1);
  EXPECT_EQ(floor_div(-61, 60), -2);
  EXPECT_EQ(floor_div(59, 60), 0);
}

}  // namespace
}  // namespace augury::feature
