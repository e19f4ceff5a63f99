// What every Scorer must do, whatever is inside. scorer_suite_test.cc instantiates it with one of each kind.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "base/random.h"
#include "model/scorer.h"

namespace augury::model {

using MakeScorer = std::shared_ptr<const Scorer> (*)();

struct ScorerCase {
  ScorerCase(MakeScorer make_, double tolerance_ = 0, bool is_a_sum_ = true)
      : make(make_), tolerance(tolerance_), is_a_sum(is_a_sum_) {}
  MakeScorer make;
  double tolerance;  // Relative, between the same row in two batches; 0: the same bits.
  bool is_a_sum;     // It has contributions.
};

class ScorerSuite : public testing::TestWithParam<ScorerCase> {
 protected:
  static constexpr size_t kRows = 137;  // More than a tile of any implementation, and no multiple of one.

  std::vector<float> random_rows(size_t count) const {
    base::Random random(812);
    std::vector<float> rows(count * scorer_->input_names().size());
    for (float& value : rows)
      value =
          random.chance(0.1) ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(random.uniform() * 40 - 5);
    return rows;
  }

  static void expect_same(double found, double expected, double tolerance, size_t row) {
    if (std::bit_cast<uint64_t>(found) == std::bit_cast<uint64_t>(expected)) return;
    EXPECT_LE(std::abs(found - expected), tolerance * std::abs(expected)) << row << ": " << found << ", " << expected;
  }

  std::shared_ptr<const Scorer> scorer_ = GetParam().make();
  const size_t inputs_ = scorer_->input_names().size();
  const size_t outputs_ = static_cast<size_t>(scorer_->outputs());
};

TEST_P(ScorerSuite, ARowScoresTheSameAloneAndInABatch) {
  const auto rows = random_rows(kRows);
  for (const Output output : {Output::Margin, Output::Transformed}) {
    std::vector<double> together(kRows * outputs_);
    ASSERT_TRUE(scorer_->score(std::span<const float>(rows), kRows, together, output));
    for (size_t row = 0; row < kRows; ++row) {
      std::vector<double> alone(outputs_);
      ASSERT_TRUE(scorer_->score(std::span<const float>(rows).subspan(row * inputs_, inputs_), 1, alone, output));
      for (size_t i = 0; i < outputs_; ++i)
        expect_same(alone[i], together[row * outputs_ + i], GetParam().tolerance, row);
    }
  }
}

TEST_P(ScorerSuite, FloatsScoreAsTheSameDoubles) {
  const auto rows = random_rows(kRows);
  const std::vector<double> wide(rows.begin(), rows.end());
  std::vector<double> fast(kRows * outputs_);
  std::vector<double> exact(kRows * outputs_);
  ASSERT_TRUE(scorer_->score(std::span<const float>(rows), kRows, fast));
  ASSERT_TRUE(scorer_->score(std::span<const double>(wide), kRows, exact));
  for (size_t i = 0; i < fast.size(); ++i) expect_same(fast[i], exact[i], 0, i);
}

TEST_P(ScorerSuite, RefusesRowsOrRoomOfAnotherSize) {
  std::vector<float> rows(inputs_);
  std::vector<double> wide(inputs_);
  std::vector<double> room(2 * outputs_);
  EXPECT_EQ(scorer_->score(std::span<const float>(rows), 2, room).error().code, Code::Invalid);
  EXPECT_EQ(scorer_->score(std::span<const double>(wide), 2, room).error().code, Code::Invalid);
  EXPECT_EQ(scorer_->score(std::span<const float>(rows), 1, room).error().code, Code::Invalid);
}

TEST_P(ScorerSuite, ScoresNoRows) {
  EXPECT_TRUE(scorer_->score(std::span<const float>{}, 0, {}));
  EXPECT_TRUE(scorer_->score(std::span<const double>{}, 0, {}));
}

TEST_P(ScorerSuite, ContributionsDifferBetweenRowsAsMarginsDo) {
  if (!GetParam().is_a_sum) {
    EXPECT_EQ(scorer_->contributions(std::vector<float>(inputs_)).error().code, Code::Invalid);
    return;
  }
  const auto rows = random_rows(20);
  std::vector<double> margins(20 * outputs_);
  ASSERT_TRUE(scorer_->score(std::span<const float>(rows), 20, margins, Output::Margin));
  std::vector<double> rest;  // The margin less what the inputs moved: the same for all rows.
  for (size_t row = 0; row < 20; ++row) {
    auto parts = scorer_->contributions(std::span<const float>(rows).subspan(row * inputs_, inputs_));
    ASSERT_TRUE(parts);
    ASSERT_EQ(parts->size(), inputs_);
    double left = margins[row * outputs_];
    for (double part : *parts) left -= part;
    rest.push_back(left);
  }
  for (double left : rest) EXPECT_NEAR(left, rest[0], 1e-9);
}

TEST_P(ScorerSuite, RefusesContributionsOfARowOrOutputThatIsNotThere) {
  std::vector<float> row(inputs_ + 1);
  EXPECT_EQ(scorer_->contributions(row).error().code, Code::Invalid);
  EXPECT_EQ(scorer_->contributions(std::span(row).first(inputs_), scorer_->outputs()).error().code, Code::Invalid);
  EXPECT_EQ(scorer_->contributions(std::span(row).first(inputs_), -1).error().code, Code::Invalid);
}

TEST_P(ScorerSuite, SaysWhatItIsAndWhatItCosts) {
  EXPECT_FALSE(scorer_->version().empty());
  EXPECT_GT(scorer_->nanoseconds_per_row(), 0);
}

}  // namespace augury::model
