#include "model/builtin/column_scorers.h"

#include <gtest/gtest.h>

#include <limits>
#include <span>
#include <vector>

namespace augury::model {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

double score_one(const Scorer& scorer, std::vector<float> row) {
  double score = -1;
  EXPECT_TRUE(scorer.score(std::span<const float>(row), 1, {&score, 1}));
  return score;
}

TEST(PopularityScorer, IsTheValueAndZeroWhereThereIsNone) {
  const auto scorer = popularity_scorer("clicks_7d");
  EXPECT_EQ(score_one(*scorer, {12}), 12);
  EXPECT_EQ(score_one(*scorer, {kMissing}), 0);
  EXPECT_EQ(scorer->input_names()[0], "clicks_7d");
  EXPECT_EQ(scorer->version(), "builtin");
}

TEST(RecencyScorer, HalvesWithEveryHalfLife) {
  const auto scorer = recency_scorer("age_days", 3).value();
  EXPECT_EQ(score_one(*scorer, {0}), 1);
  EXPECT_EQ(score_one(*scorer, {3}), 0.5);
  EXPECT_EQ(score_one(*scorer, {6}), 0.25);
  EXPECT_EQ(score_one(*scorer, {-2}), 1) << "not released yet counts as new";
  EXPECT_EQ(score_one(*scorer, {kMissing}), 0);
}

TEST(RecencyScorer, RefusesAHalfLifeThatIsNone) {
  for (const double days :
       {0.0, -1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    EXPECT_EQ(recency_scorer("age_days", days).error().code, Code::Invalid);
}

TEST(TogetherScorer, AddsUpTheNeighboursThereAre) {
  const auto scorer = together_scorer({"a", "b", "c"});
  EXPECT_EQ(score_one(*scorer, {1, kMissing, 2.5}), 3.5);
  EXPECT_EQ(scorer->contributions(std::vector<float>{1, kMissing, 2.5}).value(), (std::vector<double>{1, 0, 2.5}));
}

}  // namespace
}  // namespace augury::model
