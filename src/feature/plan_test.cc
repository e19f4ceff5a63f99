#include "feature/plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"
#include "feature/testing/small_app.h"

namespace augury::feature {
namespace {

using namespace std::chrono_literals;
using definition::App;
using definition::Datum;
using definition::Function;
using definition::KeyPart;
using definition::Operand;
using definition::Type;

constexpr KeyPart kUser{KeyPart::Kind::User, -1};
constexpr KeyPart kItem{KeyPart::Kind::Item, -1};
constexpr KeyPart kCategory{KeyPart::Kind::ItemAttribute, 0};
constexpr KeyPart kInStock{KeyPart::Kind::ItemAttribute, 1};
enum { kClick, kView, kImpression };
const Operand kPrice{Operand::Kind::Field, "price", -1, Type::Number};

int add_count(App& app, std::string name, Duration span, Duration pane) {
  auto what = aggregation(Function::Count, {kClick}, {kUser});
  what.window = window(span, pane);
  return add_feature(app, std::move(name), what);
}

int add_sum(App& app, std::string name) {
  auto what = aggregation(Function::Sum, {kClick}, {kUser});
  what.operand = kPrice;
  return add_feature(app, std::move(name), what);
}

TEST(Plan, CountsTheLastHourToThePane) {
  App app = small_app();
  int hour = add_count(app, "clicks_1h", 1h, 1min);
  SmallWorld world(app);
  world.event(kClick, 30, 1, 7);
  world.event(kClick, 90, 1, 7);
  EXPECT_EQ(world.number(hour, 1, 100), 2);
  EXPECT_EQ(world.number(hour, 1, 3599), 2);
  EXPECT_EQ(world.number(hour, 1, 3600), 1) << "the pane of second 30 has slid out";
  EXPECT_EQ(world.number(hour, 1, 3660), 0);
  EXPECT_EQ(world.number(hour, 1, 0), 2) << "a feature's clock never runs back behind its newest event";
  EXPECT_EQ(world.number(hour, 2, 100), 0) << "a key without events";
}

TEST(Plan, EventsTooOldForAWindowAreCountedLateAndChangeNothing) {
  App app = small_app();
  int minute = add_count(app, "clicks_1m", 60s, 1s);
  int ten = add_count(app, "clicks_10s", 10s, 1s);
  int all = add_feature(app, "clicks", aggregation(Function::Count, {kClick}, {kUser}));
  SmallWorld world(app);
  EXPECT_EQ(world.event(kClick, 1000, 1, 7).late, 0u);
  EXPECT_EQ(world.event(kClick, 985, 1, 7).late, 1u) << "the ten seconds cannot see it, the minute can";
  EXPECT_EQ(world.event(kClick, 940, 1, 7).late, 2u);
  EXPECT_EQ(world.number(minute, 1, 1000), 2);
  EXPECT_EQ(world.number(ten, 1, 1000), 1);
  EXPECT_EQ(world.number(all, 1, 1000), 3);
}

TEST(Plan, LastKeepsTheNewestByTimeWhateverTheArrival) {
  App app = small_app();
  auto what = aggregation(Function::Last, {kClick}, {kUser});
  what.operand = {Operand::Kind::Item, "", -1, Type::Text};
  what.size = 2;
  int recent = add_feature(app, "recent", what);
  SmallWorld world(app);
  for (auto [second, item] : {std::pair{50, 5u}, {70, 7u}, {60, 6u}, {70, 8u}}) world.event(kClick, second, 1, item);
  EXPECT_EQ(world.event(kClick, 40, 1, 4).late, 1u);
  Datum list = world.value(recent, 1, 100);
  ASSERT_EQ(list.list.size(), 2u);
  EXPECT_EQ(list.list[0].id, "item8") << "of equal times the later in the journal is newer";
  EXPECT_EQ(list.list[1].id, "item7");
  EXPECT_EQ(world.value(recent, 2, 100).list.size(), 0u);
}

TEST(Plan, LastOverANumberListsItsShortestDecimals) {
  App app = small_app();
  auto what = aggregation(Function::Last, {kClick}, {kUser});
  what.operand = kPrice;
  what.size = 3;
  int prices = add_feature(app, "prices", what);
  SmallWorld world(app);
  world.event(kClick, 1, 1, 5, {Datum::of(9.99)});
  world.event(kClick, 2, 1, 5, {Datum()});
  world.event(kClick, 3, 1, 5, {Datum::of(12.0)});
  Datum list = world.value(prices, 1, 10);
  ASSERT_EQ(list.list.size(), 2u) << "an event without the field does not count";
  EXPECT_EQ(list.list[0].id, "12");
  EXPECT_EQ(list.list[1].id, "9.99");
  EXPECT_EQ(list.list[1].number, 0u);
}

TEST(Plan, ARateOfNothingIsItsPriorExactly) {
  App app = small_app();
  auto what = aggregation(Function::Rate, {kClick}, {kItem});
  what.denominator = {kImpression};
  int plain = add_feature(app, "plain", what);
  what.prior = 0.07;
  what.prior_weight = 3;
  int smoothed = add_feature(app, "smoothed", what);
  SmallWorld world(app);
  EXPECT_TRUE(world.value(plain, 5, 10).missing());
  EXPECT_EQ(world.number(smoothed, 5, 10), 0.07);
  world.event(kClick, 1, 1, 5);
  EXPECT_TRUE(world.value(plain, 5, 10).missing()) << "nothing was shown";
  world.event(kImpression, 2, 1, 5);
  world.event(kImpression, 3, 1, 5);
  EXPECT_EQ(world.number(plain, 5, 10), 0.5);
  EXPECT_EQ(world.number(smoothed, 5, 10), (1 + 0.07 * 3) / (2 + 3));
}

TEST(Plan, CountsWhoCouldNotBeReachedForWantOfAKey) {
  App app = small_app();
  add_feature(app, "by_user", aggregation(Function::Count, {kClick}, {kUser}));
  add_feature(app, "by_category", aggregation(Function::Count, {kClick}, {kCategory}));
  add_feature(app, "pairs", aggregation(Function::Count, {kClick}, {kUser, kItem}));
  SmallWorld world(app);
  EXPECT_EQ(world.event(kClick, 1, 0, 5).keyless, 3u);
  EXPECT_EQ(world.event(kClick, 1, 1, 5).keyless, 1u) << "an item not yet known has no category";
  EXPECT_EQ(world.event(kView, 1, 0, 0).keyless, 0u);
  EXPECT_EQ(world.rows().size(), 2u);
}

TEST(Plan, KeysAreNumbersOfWhatTheViewIsBy) {
  std::vector<Datum> attributes = {Datum::of(definition::Text{"red", 9}), Datum::of(true)};
  KeySource from{3, 4, 5, attributes};
  auto key = [&](std::vector<KeyPart> by) { return key_of(by, from); };
  EXPECT_EQ(key({kUser}), 3u);
  EXPECT_EQ(key({kUser, kItem}), (uint64_t{3} << 32) | 4);
  EXPECT_EQ(key({kItem, kCategory}), (uint64_t{4} << 32) | 9);
  EXPECT_EQ(key({kInStock}), 2u) << "true is 2, false is 1";
  EXPECT_EQ(key({KeyPart{KeyPart::Kind::Session, -1}}), 5u);
  EXPECT_EQ(key({KeyPart{KeyPart::Kind::Everyone, -1}}), 0u);
  from.user = 0;
  EXPECT_EQ(key({kUser, kItem}), std::nullopt);
}

TEST(Plan, KnowsWhichEventsTouchRowsAndNeedAttributes) {
  App app = small_app();
  add_feature(app, "by_user", aggregation(Function::Count, {kClick}, {kUser}));
  add_feature(app, "by_category", aggregation(Function::Count, {kView}, {kCategory}));
  SmallWorld world(app);
  EXPECT_TRUE(world.plan().reads(kClick));
  EXPECT_FALSE(world.plan().reads(kImpression));
  EXPECT_FALSE(world.plan().needs_item_attributes(kClick));
  EXPECT_TRUE(world.plan().needs_item_attributes(kView));
  EXPECT_FALSE(world.plan().needs_user_attributes(kView));
}

TEST(Plan, FingerprintsFollowTheShapeOfRowsNotTheNamesOrOrderOfFeatures) {
  App one = small_app();
  add_count(one, "hour", 1h, 1min);
  add_sum(one, "spend");
  App other = small_app();
  add_sum(other, "money");
  add_count(other, "last_hour", 1h, 1min);
  auto fingerprint = [](const App& app) { return (*Plan::compile(app))->views()[0].fingerprint; };
  EXPECT_EQ(fingerprint(one), fingerprint(other));

  std::vector<uint64_t> all = {fingerprint(one)};
  auto differs = [&](auto change) {
    App app = one;
    change(app, std::get<definition::Aggregation>(app.features[0].what));
    all.push_back(fingerprint(app));
    for (size_t i = 0; i + 1 < all.size(); ++i) EXPECT_NE(all[i], all.back()) << "change " << all.size() - 1;
  };
  differs([](App&, auto& what) { what.window->span = 2h; });
  differs([](App&, auto& what) { what.window->pane = 2min; });
  differs([](App&, auto& what) { what.events = {kView}; });
  differs([](App& app, auto&) { app.events[0].name = "tap"; });
  differs([](App& app, auto& what) { what.by = {kItem}, app.features.pop_back(); });
}

TEST(Plan, FeaturesOfOneKeyShareARowAndOfOnePaneWidthARing) {
  App app = small_app();
  int day = add_count(app, "day", 24h, 15min);
  int half = add_count(app, "half_day", 12h, 15min);
  int other = add_feature(app, "views", aggregation(Function::Count, {kView}, {kUser}));
  SmallWorld world(app);
  EXPECT_EQ(world.plan().views().size(), 1u);
  EXPECT_EQ(world.plan().view_of(day), world.plan().view_of(other));
  EXPECT_EQ(world.plan().views()[0].features, (std::vector<int>{day, half, other}));
  world.event(kClick, 0, 1, 5);
  world.event(kClick, 13 * 3600, 1, 5);
  EXPECT_EQ(world.number(day, 1, 13 * 3600), 2);
  EXPECT_EQ(world.number(half, 1, 13 * 3600), 1);
  EXPECT_LE(world.rows().words(), 16u);
}

TEST(Plan, ASectionThatNothingTouchedTakesNoWords) {
  App app = small_app();
  add_count(app, "clicks", 30 * 24h, 6h);
  auto views = aggregation(Function::Count, {kView}, {kUser});
  views.window = window(7 * 24h, 1h);
  add_feature(app, "views", views);
  SmallWorld world(app);
  world.event(kClick, 1, 1, 5);
  EXPECT_EQ(world.rows().words(), 1u + 2 + 2 + 2) << "sequence, two clocks, two directory words, one pane";
  EXPECT_EQ(Plan::sequence(world.row(0, 1)), 1u);
}

TEST(Plan, RowsStayWithinWhatTheyPromise) {
  App app = small_app();
  add_count(app, "hour", 1h, 1min);
  add_count(app, "month", 30 * 24h, 6h);
  SmallWorld world(app);
  base::Random random(5);
  for (int i = 0; i < 20000; ++i) world.event(kClick, 60 * i + random.between(-4000, 0), 1, 5);
  EXPECT_LE(8 * world.rows().words(), world.plan().bytes_per_key_max(0));
}

TEST(Plan, OrderKeysOrderDecayedValuesAndStandStillBetweenEvents) {
  App app = small_app();
  auto what = aggregation(Function::DecayedCount, {kClick}, {kItem});
  what.half_life = 15min;
  int trend = add_feature(app, "trend", what);
  SmallWorld world(app);
  base::Random random(9);
  for (int i = 0; i < 3000; ++i) world.event(kClick, 20 * i, 1, static_cast<uint32_t>(random.between(1, 40)));
  for (uint32_t a = 1; a <= 40; ++a) {
    double now = world.number(trend, a, 60'000);
    double key = world.plan().order_key(trend, world.row(trend, a));
    EXPECT_NEAR(key, std::log2(now) + 60'000.0 / 900, 1e-6) << "log2 of the value at 1970";
  }
  EXPECT_EQ(world.plan().order_key(trend, {}), -std::numeric_limits<double>::infinity());
}

TEST(Plan, SaysWhenAWindowWillHaveSlid) {
  App app = small_app();
  int minute = add_count(app, "clicks", 60s, 1s);
  int all = add_sum(app, "spend");
  SmallWorld world(app);
  world.event(kClick, 100, 1, 5, {Datum::of(1.0)});
  auto at = [](int64_t us) { return from_micros(us); };
  EXPECT_EQ(world.plan().changes_after(minute, world.row(minute, 1), at(120'000'000)), at(159'999'999));
  EXPECT_EQ(world.number(minute, 1, 159), 1);
  EXPECT_EQ(world.number(minute, 1, 160), 0);
  EXPECT_EQ(world.plan().changes_after(minute, world.row(minute, 1), at(160'000'000)), Timestamp::max());
  EXPECT_EQ(world.plan().changes_after(all, world.row(all, 1), at(0)), Timestamp::max());
}

TEST(Plan, RefusesAnAppOfMoreFeaturesThanAPlanHolds) {
  App app = small_app();
  for (int i = 0; i <= 4096; ++i) add_sum(app, "f" + std::to_string(i));
  auto plan = Plan::compile(app);
  ASSERT_FALSE(plan.has_value());
  EXPECT_EQ(plan.error().code, Code::Exhausted);
}

TEST(Plan, RefusesRowsThatFullWindowsWouldMakeTooLarge) {
  App panes = small_app();
  add_count(panes, "f", 1'000'000s, 1s);
  EXPECT_EQ(Plan::compile(panes).error().code, Code::Exhausted);
  App words = small_app();
  for (int i = 0; i < 20; ++i) add_count(words, "f", 900'000 * Duration{1000 + i}, Duration{1000 + i});
  EXPECT_EQ(Plan::compile(words).error().code, Code::Exhausted);
}

}  // namespace
}  // namespace augury::feature
