#include "feature/together.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "base/random.h"
#include "feature/testing/small_app.h"

namespace augury::feature {
namespace {

using namespace std::chrono_literals;
using definition::App;
using definition::Function;
using definition::KeyPart;
using definition::Operand;
using definition::Type;

constexpr int kClick = 0;

App app_with_together(int size, int history) {
  App app = small_app();
  auto what = aggregation(Function::Together, {kClick}, {KeyPart{KeyPart::Kind::Item, -1}});
  what.operand = {Operand::Kind::Item, "", -1, Type::Text};
  what.size = size;
  what.together.half_life = 24h * 7;
  what.together.history = history;
  what.together.decay = 0.5;
  add_feature(app, "also", what);
  return app;
}

std::map<uint32_t, double> scores(SmallWorld& world, uint32_t item, int64_t second) {
  std::map<uint32_t, double> found;
  for (const auto& entry : world.value(0, item, second).list) found[entry.number] = entry.weight;
  return found;
}

TEST(Together, ItemsOfOneHistoryFindEachOther) {
  SmallWorld world(app_with_together(10, 20));
  world.event(kClick, 0, 1, 5);
  world.event(kClick, 0, 1, 6);
  world.event(kClick, 0, 1, 7);
  double n = 10 + 1;
  auto of7 = scores(world, 7, 0);
  EXPECT_NEAR(of7[6], 1 / n / std::pow(n, 0.25), 1e-12) << "just before: full weight";
  EXPECT_NEAR(of7[5], 0.5 / n / std::pow(n, 0.25), 1e-12) << "one further back: decay";
  EXPECT_NEAR(scores(world, 5, 0)[6], 1 / n / std::pow(n, 0.25), 1e-12);
  EXPECT_EQ(scores(world, 8, 0).size(), 0u);
}

TEST(Together, ReachesAsFarBackAsTheHistoryAndNotToItself) {
  SmallWorld world(app_with_together(10, 2));
  for (uint32_t item : {1, 2, 3, 1}) world.event(kClick, 0, 1, item);
  EXPECT_EQ(scores(world, 1, 0).count(1), 0u);
  // The second click on 1 meets 3 and 2: two others, although 1 itself was third.
  double n1 = 10 + 2;
  double n = 10 + 1;
  EXPECT_NEAR(scores(world, 1, 0)[2], (1 + 0.5) / n1 / std::pow(n, 0.25), 1e-12);
}

TEST(Together, AGuestWithoutUserIsCountedKeyless) {
  SmallWorld world(app_with_together(10, 2));
  EXPECT_EQ(world.event(kClick, 0, 0, 1).keyless, 1u);
  EXPECT_EQ(world.rows().size(), 0u);
}

TEST(Together, ListsTheHighestAndAgreesWithThePairScore) {
  SmallWorld world(app_with_together(15, 10));
  base::Random random(3);
  for (int i = 0; i < 8000; ++i) {
    auto item = static_cast<uint32_t>(random.between(1, 12) * random.between(1, 12));
    world.event(kClick, i * 60, static_cast<uint32_t>(random.between(1, 50)), item);
  }
  auto now = from_micros(8000 * 60'000'000ll);
  for (uint32_t anchor : {1u, 12u, 24u, 144u}) {
    auto list = world.value(0, anchor, 8000 * 60).list;
    ASSERT_EQ(list.size(), 15u);
    double weakest = list.back().weight;
    std::map<uint32_t, double> listed;
    for (const auto& entry : list) listed[entry.number] = entry.weight;
    for (uint32_t other = 1; other <= 144; ++other) {
      double score = world.plan().together_score(0, anchor, other, now, world.rows(), world.arena());
      if (listed.count(other) > 0) {
        EXPECT_EQ(score, listed[other]);
      } else {
        EXPECT_LE(score, weakest) << other << " belongs in the list of " << anchor;
      }
    }
  }
}

TEST(Together, KeepsNoMoreNeighboursThanAllowedAndTheHeaviest) {
  App app = app_with_together(100, 1);
  std::get<definition::Aggregation>(app.features[0].what).together.neighbours = 40;
  SmallWorld world(app);
  // User u clicks item 1000 and item u in turn, u times each.
  for (uint32_t user = 60; user > 0; --user)
    for (uint32_t round = 0; round < user; ++round) {
      world.event(kClick, 0, user, 1000);
      world.event(kClick, 0, user, user);
    }
  auto kept = scores(world, 1000, 0);
  EXPECT_EQ(kept.size(), 40u);
  for (uint32_t item = 21; item <= 60; ++item) EXPECT_EQ(kept.count(item), 1u) << item;
}

TEST(Together, ANeighbourTakesTwelveBytes) {
  SmallWorld world(app_with_together(10, 20));
  EXPECT_EQ(world.plan().bytes_per_key_max(world.plan().view_of(0)), 4u * 8 + 1000 * 12);
}

TEST(Together, WeightsSurviveManyHalfLivesOfSilence) {
  SmallWorld world(app_with_together(10, 20));
  for (uint32_t item : {5, 6, 7}) world.event(kClick, 0, 1, item);
  int64_t later = 3600 * 24 * 7 * 1500ll;
  EXPECT_EQ(scores(world, 7, later).size(), 0u) << "faded below what a double holds";
  world.event(kClick, later, 2, 7);
  world.event(kClick, later, 2, 5);
  EXPECT_EQ(scores(world, 7, later).size(), 1u);
}

}  // namespace
}  // namespace augury::feature
