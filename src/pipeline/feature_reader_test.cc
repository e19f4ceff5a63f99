#include "pipeline/feature_reader.h"

#include <gtest/gtest.h>

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // A request names what it means.

#include "pipeline/testing/shop.h"

namespace augury::pipeline {
namespace {

struct Fixture {
  Shop shop;
  std::shared_ptr<const Snapshot> snapshot;
  Fixture() {
    auto model = std::make_shared<FakeScorer>(std::vector<std::string>{"user_clicks"}, "v");
    snapshot = shop.snapshot({model, model, model});
    shop.item("pen", {.category = "paper", .price = 4});
    shop.item("book", {.category = "paper", .price = 10});
    shop.event("click", "ann", "pen");
    shop.event("click", "ann", "book");
    shop.event("click", "bob", "pen");
  }
  Result<FeatureTable> read(std::vector<std::string_view> names, std::vector<std::string_view> users,
                            std::vector<std::string_view> items, std::vector<NamedValue> context = {}) {
    return read_features(
        {.user_ids = users, .item_ids = items, .feature_names = names, .context = context, .session_id = {}}, *snapshot,
        shop.store(), shop.now());
  }
  FeatureValue one(std::string_view name, std::vector<std::string_view> users, std::vector<std::string_view> items) {
    auto table = read({name}, users, items);
    if (!table || table->cells.size() != 1) return ADD_FAILURE() << "not one cell", FeatureValue{};
    return table->cells[0].value;
  }
};

TEST(FeatureReader, ReadsUsersItemsAndPairs) {
  Fixture f;
  EXPECT_EQ(f.one("user_clicks", {"ann"}, {}), FeatureValue(2.0));
  EXPECT_EQ(f.one("category_clicks", {}, {"book"}), FeatureValue(3.0));
  EXPECT_EQ(f.one("pair_clicks", {"bob"}, {"pen"}), FeatureValue(1.0));
  EXPECT_EQ(f.one("everyone_clicks", {"ann"}, {"pen"}), FeatureValue(3.0)) << "of neither: once";
  EXPECT_EQ(f.one("cheapness", {}, {"pen"}), FeatureValue(0.25));
}

TEST(FeatureReader, GivesOneCellPerUserItemOrPair) {
  Fixture f;
  auto table = f.read({"user_clicks", "item_views", "pair_clicks"}, {"ann", "bob"}, {"pen", "book"});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->cells.size(), 2u + 2u + 4u);
  EXPECT_EQ(table->position.offset, 3u);
}

TEST(FeatureReader, AUserOrItemWithoutEventsHasCountsOfZero) {
  Fixture f;
  EXPECT_EQ(f.one("user_clicks", {"new"}, {}), FeatureValue(0.0));
  EXPECT_EQ(f.one("item_views", {}, {"new"}), FeatureValue(0.0));
  EXPECT_EQ(f.one("pair_clicks", {"new"}, {"new"}), FeatureValue(0.0));
  EXPECT_EQ(f.one("user_recent", {"new"}, {}), FeatureValue(WeightedList{}));
  EXPECT_EQ(f.one("idle", {"new"}, {}), FeatureValue());
}

TEST(FeatureReader, WithoutAKeyAValueIsMissing) {
  Fixture f;
  EXPECT_EQ(f.one("category_clicks", {}, {"new"}), FeatureValue()) << "no such attribute";
  EXPECT_EQ(f.one("cheapness", {}, {"new"}), FeatureValue());
  EXPECT_EQ(f.one("session_clicks", {}, {}), FeatureValue()) << "no session";
}

TEST(FeatureReader, ReadsListsWithTheirWeights) {
  Fixture f;
  auto list = std::get<WeightedList>(f.one("user_recent", {"ann"}, {}));
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].first, "book");
  auto also = std::get<WeightedList>(f.one("also_clicked", {}, {"pen"}));
  ASSERT_EQ(also.size(), 1u);
  EXPECT_EQ(also[0].first, "book");
}

TEST(FeatureReader, ReadsTheContext) {
  Fixture f;
  auto table = f.read({"device"}, {}, {}, {{"device", std::string_view("desktop")}});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->cells[0].value, FeatureValue(1.0));
}

TEST(FeatureReader, RefusesAnUnknownNameWithTheNearestOne) {
  Fixture f;
  auto table = f.read({"user_click"}, {}, {});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, Code::NotFound);
  EXPECT_EQ(table.error().message, "feature_names: no feature 'user_click'; did you mean 'user_clicks'?");
}

TEST(FeatureReader, RefusesMoreCellsThanItMayGive) {
  Fixture f;
  std::vector<std::string_view> many(400, "x");
  auto table = f.read({"pair_clicks"}, many, many);
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, Code::Invalid);
}

}  // namespace
}  // namespace augury::pipeline
