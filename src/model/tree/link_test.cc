#include "model/tree/link.h"

#include <gtest/gtest.h>

#include <cmath>

#include "model/tree/lightgbm_objective.h"

namespace augury::model {
namespace {

double linked(std::string_view objective, double margin) {
  const auto link = lightgbm_link(objective, 1);
  EXPECT_TRUE(link) << objective;
  apply_link(link.value_or(Link{}), {&margin, 1});
  return margin;
}

TEST(Link, FollowsTheObjective) {
  EXPECT_EQ(linked("regression", 1.5), 1.5);
  EXPECT_EQ(linked("", 1.5), 1.5);
  EXPECT_EQ(linked("lambdarank", -3), -3);
  EXPECT_EQ(linked("regression sqrt", -3), -9);
  EXPECT_NEAR(linked("poisson", 0.5), std::exp(0.5), 1e-15);
  EXPECT_NEAR(linked("tweedie", 0.5), std::exp(0.5), 1e-15);
  EXPECT_NEAR(linked("binary sigmoid:0.7", 2), 1 / (1 + std::exp(-1.4)), 1e-15);
  EXPECT_NEAR(linked("cross_entropy", 2), 1 / (1 + std::exp(-2.0)), 1e-15);
  EXPECT_NEAR(linked("cross_entropy_lambda", 2), std::log1p(std::exp(2.0)), 1e-15);
}

TEST(Link, SharesOutBetweenClasses) {
  double scores[] = {1, 2, 1000};
  apply_link({.kind = LinkKind::Softmax}, scores);
  EXPECT_EQ(scores[0], 0);
  EXPECT_EQ(scores[2], 1);
}

TEST(LightgbmObjective, IsRefusedByName) {
  EXPECT_EQ(lightgbm_link("focal", 1).error().code, Code::Invalid);
  EXPECT_NE(lightgbm_link("focal", 1).error().message.find("'focal'"), std::string::npos);
  for (const char* text : {"binary sigmoid:0", "binary sigmoid:x", "binary sigmoid:inf", "multiclass num_class:2",
                           "binary sqrt", "binary what"})
    EXPECT_EQ(lightgbm_link(text, 3).error().code, Code::Corrupt) << text;
}

}  // namespace
}  // namespace augury::model
