#include "cli/demo/shop.h"

#include <gtest/gtest.h>

#include <set>

#include "cli/demo/assets.h"
#include "cli/demo/events.h"
#include "definition/parse.h"

namespace augury::cli::demo {
namespace {

constexpr Timestamp kNow = from_micros(1'767'225'600'000'000);

TEST(Shop, IsTheSameForTheSameSeedAndAnotherForAnother) {
  Shop a(7, kNow), b(7, kNow), c(8, kNow);
  EXPECT_EQ(items_body(a.items(), true), items_body(b.items(), true));
  EXPECT_NE(items_body(a.items(), true), items_body(c.items(), true));
}

TEST(Shop, HasItemsWithIdsOfTheirOwnReleasedWithinTheYear) {
  Shop shop(7, kNow);
  std::set<std::string> ids;
  for (const auto& item : shop.items()) {
    ids.insert(item.id);
    EXPECT_LE(item.released_at, kNow);
    EXPECT_GT(item.price, 0);
  }
  EXPECT_EQ(ids.size(), static_cast<size_t>(Shop::kItems));
}

TEST(Shop, MakesPeopleChangeTheirInterestWithTheDays) {
  Shop shop(7, kNow);
  int changed = 0;
  for (int user = 0; user < 500; ++user) {
    changed += shop.interest(user, kNow) != shop.interest(user, kNow + std::chrono::hours{24 * 6});
  }
  EXPECT_GT(changed, 200);
  EXPECT_LT(changed, 500) << "some come back to what they like";
}

TEST(Shop, MakesWhatSomebodyIsIntoMoreAppealing) {
  Shop shop(7, kNow);
  double wanted = 0, other = 0;
  int wanted_count = 0, other_count = 0;
  for (int user = 0; user < 50; ++user) {
    for (const auto& item : shop.items()) {
      bool match = item.category_number == shop.interest(user, kNow);
      (match ? wanted : other) += shop.appeal(user, item, kNow);
      ++(match ? wanted_count : other_count);
    }
  }
  EXPECT_GT(wanted / wanted_count, 3 * other / other_count);
}

TEST(DemoApp, WithoutItsNeuralModelIsStillAnApp) {
  for (const auto& asset : assets()) {
    if (asset.path != "shop.yaml") continue;
    auto whole = definition::parse_app(asset.bytes, "shop.yaml");
    auto rest = definition::parse_app(without_neural(std::string(asset.bytes)), "rest.yaml");
    ASSERT_TRUE(whole.problems.empty() && rest.problems.empty());
    EXPECT_GE(whole.app.model("ncf"), 0);
    EXPECT_LT(rest.app.model("ncf"), 0);
    EXPECT_EQ(rest.app.placements[0].members.size() + 1, whole.app.placements[0].members.size());
  }
}

TEST(History, IsInOrderOfTimeWithDistinctIdsInsideItsSpan) {
  Shop shop(7, kNow);
  auto events = history(shop, 7, kNow - std::chrono::hours{48}, kNow - std::chrono::minutes{5}, 300);
  ASSERT_GT(events.size(), 300u);
  std::set<std::string> ids;
  for (size_t i = 0; i < events.size(); ++i) {
    ids.insert(events[i].id);
    EXPECT_LE(events[i > 0 ? i - 1 : 0].at, events[i].at);
    EXPECT_LE(events[i].at, kNow);
  }
  EXPECT_EQ(ids.size(), events.size());
}

}  // namespace
}  // namespace augury::cli::demo
