#include "pipeline/score.h"

#include <gtest/gtest.h>

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // A request names what it means.

#include <cmath>
#include <limits>

#include "pipeline/testing/shop.h"

namespace augury::pipeline {
namespace {

using definition::Normalize;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

std::vector<double> normalized(Normalize how, std::vector<double> scores) {
  normalize(how, scores);
  return scores;
}

TEST(Normalize, RanksFromWorstToBestWithEqualsInTheMiddle) {
  EXPECT_EQ(normalized(Normalize::Rank, {5, 1, 3, 3, kMissing}), (std::vector{1.0, 0.25, 0.625, 0.625, 0.0}));
  EXPECT_EQ(normalized(Normalize::Rank, {4}), (std::vector{1.0}));
}

TEST(Normalize, StretchesToZeroAndOne) {
  EXPECT_EQ(normalized(Normalize::MinMax, {2, 4, 3, kMissing}), (std::vector{0.0, 1.0, 0.5, 0.0}));
  EXPECT_EQ(normalized(Normalize::MinMax, {2, 2}), (std::vector{0.0, 0.0}));
}

TEST(Normalize, CountsDeviationsFromTheMean) {
  EXPECT_EQ(normalized(Normalize::ZScore, {1, 3, kMissing}), (std::vector{-1.0, 1.0, 0.0}));
  EXPECT_EQ(normalized(Normalize::ZScore, {3, 3}), (std::vector{0.0, 0.0}));
}

TEST(Normalize, SquashesThroughTheLogisticCurve) {
  auto s = normalized(Normalize::Sigmoid, {0, 1'000, -1'000, kMissing});
  EXPECT_EQ(s, (std::vector{0.5, 1.0, 0.0, 0.0}));
}

TEST(Normalize, LeavesScoresAloneWhenTold) {
  EXPECT_EQ(normalized(Normalize::None, {2, kMissing}), (std::vector{2.0, 0.0}));
}

struct Fixture {
  Ranking ranking;
  std::vector<MemberScores> members;
  std::vector<Candidate> candidates{{.item = 1}, {.item = 2}};

  explicit Fixture(std::vector<double> weights) {
    for (double w : weights)
      ranking.members.push_back(
          {.kind = definition::Member::Kind::Feature, .name = "f", .weight = w, .scorer = nullptr, .inputs = {}});
    for (size_t i = 0; i < weights.size(); ++i) {
      MemberScores m;
      m.member = &ranking.members[i];
      m.values = {static_cast<double>(i + 1), 10};
      m.answered = true;
      members.push_back(std::move(m));
    }
  }
};

TEST(Blend, AddsUpWeightTimesScore) {
  Fixture f({0.5, 2});
  auto b = blend(f.ranking, f.members, f.candidates);
  EXPECT_EQ(b.scores, (std::vector{0.5 + 4, 25.0}));
  EXPECT_EQ(b.weights, (std::vector{0.5, 2.0}));
}

TEST(Blend, ScalesTheOthersUpWhenOneDidNotAnswer) {
  Fixture f({1, 3});
  f.members[0].answered = false;
  auto b = blend(f.ranking, f.members, f.candidates);
  EXPECT_EQ(b.weights, (std::vector{0.0, 4.0}));
  EXPECT_EQ(b.scores, (std::vector{8.0, 40.0}));
}

TEST(Blend, AMemberWithNothingToSayOfAnyCandidateIsLeftOut) {
  Fixture f({1, 3});
  f.members[0].values = {kMissing, kMissing};
  auto b = blend(f.ranking, f.members, f.candidates);
  EXPECT_EQ(b.weights, (std::vector{0.0, 4.0}));
  EXPECT_EQ(b.scores, (std::vector{8.0, 40.0}));
  EXPECT_EQ(b.parts[0], (std::vector{0.0, 0.0}));
}

TEST(Blend, AMemberThatDoesNotKnowOneCandidateKeepsItsWeight) {
  Fixture f({1, 3});
  f.members[0].values = {kMissing, 10};
  auto b = blend(f.ranking, f.members, f.candidates);
  EXPECT_EQ(b.weights, (std::vector{1.0, 3.0}));
  EXPECT_EQ(b.scores, (std::vector{6.0, 40.0}));
}

TEST(Blend, WhenNobodyHasAnythingToSayTheWeightsStayAsWritten) {
  Fixture f({1, 3});
  for (auto& m : f.members) m.values = {kMissing, kMissing};
  EXPECT_EQ(blend(f.ranking, f.members, f.candidates).weights, (std::vector{1.0, 3.0}));
}

TEST(Blend, WithoutMembersKeepsTheOrderOfRecall) {
  Fixture f({});
  f.candidates[1].recalled = 0.5;
  EXPECT_EQ(blend(f.ranking, f.members, f.candidates).scores, (std::vector{0.0, 0.5}));
}

}  // namespace
}  // namespace augury::pipeline
