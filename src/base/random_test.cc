#include "base/random.h"

#include <gtest/gtest.h>

#include <array>

namespace augury {
namespace {

// The reference implementation's first outputs, seeded by splitmix64 from 0.
TEST(Random, GivesThePublishedSequence) {
  base::Random random(0);
  EXPECT_EQ(random(), 0x99ec5f36cb75f2b4u);
  EXPECT_EQ(random(), 0xbf6e1f784956452au);
  EXPECT_EQ(random(), 0x1a5f849d4933e6e0u);
  EXPECT_EQ(random(), 0x6aa594f1262d2d2cu);
}

TEST(Random, MixGivesThePublishedValuesOfSplitmix) {
  EXPECT_EQ(base::mix(0), 0xe220a8397b1dcdafu);
  EXPECT_EQ(base::mix(0x9e3779b97f4a7c15u), 0x6e789e6aa1b965f4u);
}

TEST(Random, DifferentSeedsGiveDifferentSequences) { EXPECT_NE(base::Random(1)(), base::Random(2)()); }

TEST(Random, BelowIsUniform) {
  base::Random random(7);
  std::array<int, 10> counts{};
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) ++counts[random.below(counts.size())];
  double chi_square = 0;
  for (int count : counts) chi_square += (count - kDraws / 10.0) * (count - kDraws / 10.0) / (kDraws / 10.0);
  EXPECT_LT(chi_square, 27.9) << "9 degrees of freedom, p = 0.001";
}

TEST(Random, BetweenReachesBothEnds) {
  base::Random random(8);
  std::array<bool, 5> seen{};
  for (int i = 0; i < 1000; ++i) {
    int64_t value = random.between(-2, 2);
    ASSERT_TRUE(value >= -2 && value <= 2);
    seen[static_cast<size_t>(value + 2)] = true;
  }
  for (bool one : seen) EXPECT_TRUE(one);
}

TEST(Random, UniformStaysBelowOneWithTheRightMeanAndSpread) {
  base::Random random(9);
  double sum = 0, squares = 0;
  constexpr int kDraws = 100'000;
  int heads = 0;
  for (int i = 0; i < kDraws; ++i) {
    double value = random.uniform();
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
    squares += value * value;
    heads += random.chance(0.3) ? 1 : 0;
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.005);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 0.005);
  EXPECT_NEAR(heads / double{kDraws}, 0.3, 0.006);
}

TEST(Random, EntropyDiffersEachTime) { EXPECT_NE(base::entropy(), base::entropy()); }

}  // namespace
}  // namespace augury
