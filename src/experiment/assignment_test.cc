#include "experiment/assignment.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/hash.h"

namespace augury::experiment {
namespace {

using definition::Experiment;

Timestamp day(int d) { return from_micros(int64_t{d} * 86'400'000'000); }

Experiment test_of(std::string name, std::vector<double> shares) {
  Experiment e;
  e.name = std::move(name);
  e.placement = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    definition::Variant v;
    v.name = "v" + std::to_string(i);
    v.share = shares[i];
    e.variants.push_back(v);
  }
  return e;
}

std::string user(int i) { return "user_" + std::to_string(i); }

TEST(Assignment, KeepsEveryUserWhereTheyWere) {
  auto e = test_of("ranker_v3", {0.5, 0.5});
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(assign(e, user(i), day(1)).variant, assign(e, user(i), day(9)).variant) << user(i);
}

TEST(Assignment, HashesTheDocumentedBytesSoThatOtherProgramsCanRepeatIt) {
  uint64_t h = base::hash64(std::string_view("ranker_v3\0ann", 13), 0);
  EXPECT_EQ(bucket("ranker_v3", "ann"), static_cast<double>(h >> 11) * 0x1p-53);
}

TEST(Assignment, GivesEachVariantItsShareAndLeavesTheRestOutside) {
  auto e = test_of("half", {0.3, 0.2});
  std::map<std::string, int> seen;
  const int n = 20'000;
  for (int i = 0; i < n; ++i) {
    auto a = assign(e, user(i), day(1));
    if (a.variant)
      EXPECT_EQ(a.propensity, a.variant->share);
    else
      EXPECT_EQ(a.propensity, 1);
    ++seen[a.variant ? a.variant->name : "outside"];
  }
  EXPECT_NEAR(seen["v0"], 0.3 * n, 0.015 * n);
  EXPECT_NEAR(seen["v1"], 0.2 * n, 0.015 * n);
  EXPECT_NEAR(seen["outside"], 0.5 * n, 0.015 * n);
}

TEST(Assignment, LeavesNobodyOutsideWhenSharesSumToOneInDecimal) {
  auto e = test_of("tenths", std::vector<double>(10, 0.1));
  for (int i = 0; i < 20'000; ++i) ASSERT_NE(assign(e, user(i), day(1)).variant, nullptr) << user(i);
}

TEST(Assignment, IsIndependentBetweenExperiments) {
  auto a = test_of("a", {0.5, 0.5}), b = test_of("b", {0.5, 0.5});
  int same = 0;
  for (int i = 0; i < 10'000; ++i)
    same += assign(a, user(i), day(1)).variant->name == assign(b, user(i), day(1)).variant->name;
  EXPECT_NEAR(same, 5'000, 200);
}

TEST(Assignment, RunsOnlyWhileEnabledFromStartUntilBeforeEnd) {
  auto e = test_of("dated", {1.0});
  e.start = day(10);
  e.end = day(20);
  EXPECT_EQ(assign(e, "ann", day(10) - Duration{1}).variant, nullptr);
  EXPECT_NE(assign(e, "ann", day(10)).variant, nullptr);
  EXPECT_NE(assign(e, "ann", day(20) - Duration{1}).variant, nullptr);
  EXPECT_EQ(assign(e, "ann", day(20)).variant, nullptr);
  e.enabled = false;
  EXPECT_EQ(assign(e, "ann", day(15)).experiment, nullptr);
}

TEST(Assignment, NeedsAUnit) {
  auto e = test_of("sessions", {1.0});
  e.unit = Experiment::Unit::Session;
  std::vector all{e};
  EXPECT_EQ(assign(all, 0, {.user = "ann", .session = ""}, day(1)).variant, nullptr);
  EXPECT_NE(assign(all, 0, {.user = "ann", .session = "s"}, day(1)).variant, nullptr);
  EXPECT_EQ(assign(all, 1, {.user = "ann", .session = "s"}, day(1)).variant, nullptr) << "another placement";
}

TEST(Assignment, ASecondExperimentTakesWhomTheFirstLeftAndSaysHowProbableThatWas) {
  std::vector all{test_of("first", {0.25}), test_of("second", {0.5})};
  int second = 0;
  for (int i = 0; i < 10'000; ++i) {
    auto a = assign(all, 0, {.user = user(i), .session = ""}, day(1));
    if (a.experiment == &all[1]) {
      ++second;
      EXPECT_EQ(a.propensity, 0.375);
    }
  }
  EXPECT_NEAR(second, 3'750, 200);
}

TEST(Assignment, ANamedVariantIsTakenForCertain) {
  std::vector all{test_of("x", {0.9, 0.1})};
  all[0].enabled = false;
  auto a = force(all, 0, "v1");
  ASSERT_TRUE(a);
  EXPECT_EQ(a->variant->name, "v1");
  EXPECT_EQ(a->propensity, 1);
}

TEST(Assignment, AnUnknownVariantIsRefusedWithThoseThereAre) {
  std::vector all{test_of("x", {0.9, 0.1})};
  auto a = force(all, 0, "v7");
  ASSERT_FALSE(a);
  EXPECT_EQ(a.error().code, Code::NotFound);
  EXPECT_NE(a.error().message.find("v0, v1"), std::string::npos) << a.error().message;
}

}  // namespace
}  // namespace augury::experiment
