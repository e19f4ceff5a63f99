#include "cli/demo/shop.h"

#include <gtest/gtest.h>

#include <set>

#include "cli/demo/assets.h"
#include "cli/demo/embeddings.h"
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

TEST(DemoEmbeddings, AreATableForEachPersonAndThingAsWideAsTheAppSays) {
  for (const auto& asset : assets()) {
    if (asset.path != "shop.yaml") continue;
    auto app = definition::parse_app(asset.bytes, "shop.yaml").app;
    ASSERT_EQ(app.item_vectors.size(), 1u);
    ASSERT_EQ(app.user_vectors.size(), 1u);
    EXPECT_EQ(item_embeddings().dimension(), static_cast<size_t>(app.item_vectors[0].dimension));
    EXPECT_EQ(user_embeddings().dimension(), static_cast<size_t>(app.user_vectors[0].dimension));
  }
  EXPECT_EQ(item_embeddings().rows(), static_cast<size_t>(Shop::kItems));
  EXPECT_EQ(user_embeddings().rows(), static_cast<size_t>(Shop::kUsers));
}

TEST(DemoEmbeddings, TellWhichOfTwoPeopleLikesAThingBetter) {
  Shop shop(kTrainedSeed, kNow);
  auto users = user_embeddings(), items = item_embeddings();
  auto product = [&](int user, int item) {
    auto u = users.row(static_cast<size_t>(user)), i = items.row(static_cast<size_t>(item));
    int sum = 0;
    for (size_t d = 1; d < i.size(); ++d) sum += u[d] * i[d];  // The first is for everybody.
    return sum;
  };
  base::Random random(1);
  int right = 0, asked = 0;
  while (asked < 20'000) {
    int a = shop.visitor(random), b = shop.visitor(random), item = static_cast<int>(random.below(Shop::kItems));
    if (users.row(static_cast<size_t>(a)).empty() || users.row(static_cast<size_t>(b)).empty()) continue;
    const auto& thing = shop.items()[static_cast<size_t>(item)];
    right += (product(a, item) > product(b, item)) == (shop.appeal(a, thing, kNow) > shop.appeal(b, thing, kNow));
    ++asked;
  }
  // By chance 0.5, give or take 0.004.
  EXPECT_GT(right, asked * 53 / 100) << right << " of " << asked;
}

TEST(DemoEmbeddings, OfSomebodyWhoDidNothingAreNotPut) {
  auto users = user_embeddings();
  size_t with = 0;
  for (size_t user = 0; user < users.rows(); ++user) with += !users.row(user).empty();
  EXPECT_LT(with, users.rows());
  auto body = users_body(true);
  size_t put = 0;
  for (size_t at = 0; (at = body.find("\"user_embedding\"", at)) != std::string::npos; ++at) ++put;
  EXPECT_EQ(put, with);
  EXPECT_EQ(users_body(false).find("user_embedding"), std::string::npos);
  EXPECT_TRUE(users.row(users.rows()).empty());
}

TEST(DemoEmbeddings, RefuseAFileThatIsCutOrOfAnotherKind) {
  for (const auto& asset : assets()) {
    if (!asset.path.ends_with(".npy")) continue;
    EXPECT_TRUE(Embeddings::read(asset.bytes));
    for (size_t size : {size_t{0}, size_t{9}, size_t{60}, size_t{128}, asset.bytes.size() - 1})
      EXPECT_FALSE(Embeddings::read(asset.bytes.substr(0, size))) << size;
    std::string floats(asset.bytes);
    floats.replace(floats.find("|i1"), 3, "<f4");
    EXPECT_FALSE(Embeddings::read(floats));
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
