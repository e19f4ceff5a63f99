#include "model/tree/packed_forest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "model/testing/random_forest.h"
#include "model/tree/reference_scorer.h"

namespace augury::model {
namespace {

constexpr uint64_t kSeed = 20'240'812;

void expect_equal_margins(const FlatForest& forest, std::span<const float> rows, size_t count) {
  const PackedForest packed(forest);
  std::vector<double> fast(count * forest.outputs);
  packed.margins(rows.data(), count, fast.data());
  std::vector<double> slow(forest.outputs);
  for (size_t row = 0; row < count; ++row) {
    reference_margins(forest, rows.data() + row * forest.inputs.size(), slow);
    for (size_t i = 0; i < forest.outputs; ++i)
      ASSERT_EQ(std::bit_cast<uint64_t>(slow[i]), std::bit_cast<uint64_t>(fast[row * forest.outputs + i]))
          << "row " << row << ", output " << i;
  }
}

TEST(PackedForest, GivesTheMarginsOfTheReferenceOnRandomForests) {
  constexpr Arithmetic arithmetics[] = {
      {}, {}, {.float_inputs = true}, {.float_inputs = true, .strict = true, .float_sums = true}};
  size_t packed_trees = 0;
  size_t deepest = 0;
  for (uint64_t i = 0; i < 400; ++i) {
    SCOPED_TRACE(testing::Message() << "seed " << kSeed + i);
    base::Random random(kSeed + i);
    const ForestShape shape{.inputs = static_cast<int>(random.between(1, 40)),
                            .trees = static_cast<int>(random.between(1, 20)),
                            .leaves_max = static_cast<int>(random.between(1, 255)),
                            .depth_max = 30,
                            .outputs = static_cast<uint32_t>(random.chance(0.3) ? random.between(2, 5) : 1),
                            .categories = random.chance(0.4),
                            .arithmetic = arithmetics[i % std::size(arithmetics)],
                            .oblivious = random.chance(0.3) ? 0.5 : 0.0};
    FlatForest forest = random_forest(random, shape);
    if (random.chance(0.3)) forest.start.assign(forest.outputs, 0.3f);
    if (random.chance(0.3)) forest.bias.assign(forest.outputs, 0.7), forest.scale = 1.3;
    const auto count = static_cast<size_t>(random.between(1, i % 20 == 0 ? 300 : 40));
    ASSERT_NO_FATAL_FAILURE(expect_equal_margins(forest, random_rows(random, forest, count), count));
    packed_trees += PackedForest(forest).packed_trees();
    for (const FlatTree& tree : forest.trees) deepest = std::max<size_t>(deepest, tree.depth);
  }
  EXPECT_GT(packed_trees, 2000u) << "the fast way was hardly taken";
  EXPECT_EQ(deepest, 30u);
}

TEST(PackedForest, WalksATreeTooLargeForSixteenBitsTheSlowWay) {
  base::Random random(kSeed);
  FlatForest forest = random_forest(random, {.inputs = 3, .trees = 1});
  RawTree chain;
  constexpr int kNodes = 40'000;
  for (int i = 0; i < kNodes; ++i) {
    chain.feature.push_back(0);
    chain.threshold.push_back(-i * 1e-4);
    chain.decision.push_back(8);
    chain.left.push_back(i + 1 < kNodes ? i + 1 : ~kNodes);
    chain.right.push_back(~i);
  }
  for (int i = 0; i <= kNodes; ++i) chain.leaf_value.push_back(i);
  ASSERT_TRUE(add_tree(chain, forest));
  EXPECT_EQ(PackedForest(forest).packed_trees(), 1u);
  expect_equal_margins(forest, random_rows(random, forest, 20), 20);
}

TEST(PackedForest, KeepsFloatsBelowAThresholdOnTheLeft) {
  base::Random random(kSeed);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  std::vector<float> values{0.0f, -0.0f, 1e-45f, -1e-45f, 1e-35f, -1e-35f, 3.4e38f, kInfinity, -kInfinity};
  for (int i = 0; i < 200; ++i) {
    values.push_back(
        static_cast<float>(std::ldexp(random.uniform() - 0.5, static_cast<int>(random.between(-140, 120)))));
    values.push_back(std::nextafter(values.back(), kInfinity));
  }
  for (const float threshold : values)
    for (const float value : values) {
      ASSERT_EQ(value < threshold, float_key(value) <= float_key_of_threshold(threshold, true));
      ASSERT_EQ(value <= threshold, float_key(value) <= float_key_of_threshold(threshold, false));
    }
}

TEST(PackedForest, RoundsAThresholdSoThatEveryFloatStaysOnItsSide) {
  base::Random random(kSeed);
  const auto left = [](float value, double threshold) {
    const double read = std::abs(value) <= kZero ? 0 : static_cast<double>(value);
    return read <= threshold;
  };
  const double edges[] = {0,
                          -0.0,
                          1e-35,
                          -1e-35,
                          1e-36,
                          -1e-36,
                          1e300,
                          -1e300,
                          0.1,
                          -0.1,
                          3.5e38,
                          1e-310,
                          std::numeric_limits<double>::infinity(),
                          -std::numeric_limits<double>::infinity()};
  for (int i = 0; i < 20'000; ++i) {
    const double threshold =
        i < 14 ? edges[i] : std::ldexp(random.uniform() - 0.5, static_cast<int>(random.between(-140, 128)));
    const int32_t key = float_key(float_threshold(threshold));
    const float near = static_cast<float>(std::clamp(threshold, -3.4e38, 3.4e38));
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    for (const float value : {near, std::nextafter(near, kInfinity), std::nextafter(near, -kInfinity), 0.0f, -0.0f,
                              kZero, -kZero, 2e-35f, -2e-35f, kInfinity, -kInfinity})
      ASSERT_EQ(left(value, threshold), float_key(value) <= key) << value << " <= " << threshold;
  }
}

}  // namespace
}  // namespace augury::model
