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

TEST(Moments, WordsOfNumbersOrderAsTheNumbersDo) {
  const double rising[] = {-1e300, -1e9, -1.5, -5e-324, -0.0, 0.0, 5e-324, 1e-6, 2, 1e9};
  uint64_t before = 0;
  for (double x : rising) {
    EXPECT_LT(before, word_of_number(x)) << x;
    EXPECT_NE(~word_of_number(x), 0u) << x;
    EXPECT_EQ(number_of_word(word_of_number(x)), x);
    before = word_of_number(x);
  }
}

TEST(Variance, LosesNothingWhereTheSpreadIsTinyBesideTheValues) {
  // 1e9 and 1e9 + 2e-6: one millionth from their mean.
  Units a = units_of(1e9);
  Units b = a + 2;
  EXPECT_EQ(variance_of(2, a + b, a * a + b * b), 1e-12);
  EXPECT_EQ(variance_of(1, b, b * b), 0);
  EXPECT_EQ(variance_of(4, -(a + b) * 2, (a * a + b * b) * 2), 1e-12);
}

TEST(Variance, IsRightUpToTheLargestSumOfSquares) {
  // 80 million times 1e9 and as often -1e9: the mean is 0, every square 1e18.
  uint64_t n = 160'000'000;
  Units square = units_of(1e9) * units_of(1e9);
  EXPECT_EQ(variance_of(n, 0, square * static_cast<Units>(n)), 1e18);
  // All 1e9: n Σu² and (Σu)² are equal beyond 2^190.
  EXPECT_EQ(variance_of(n, units_of(1e9) * static_cast<Units>(n), square * static_cast<Units>(n)), 0);
}

TEST(Variance, OfNothingAndOfWhatIsTooLargeIsMissing) {
  EXPECT_TRUE(std::isnan(variance_of(0, 0, 0)));
  EXPECT_TRUE(std::isnan(variance_of(3, 0, kTooLarge)));
  Units most = static_cast<Units>((static_cast<unsigned __int128>(1) << 127) - 1);
  EXPECT_EQ(plus_square(most, 0), most);
  EXPECT_EQ(plus_square(most, 1), kTooLarge);
  EXPECT_EQ(plus_square(0, Units{1} << 64), kTooLarge);
  EXPECT_EQ(plus_square(kTooLarge, 0), kTooLarge) << "once too large it stays so";
}

}  // namespace
}  // namespace augury::feature
