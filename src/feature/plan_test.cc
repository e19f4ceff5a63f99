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

int add_of_price(App& app, Function function) {
  auto what = aggregation(function, {kClick}, {kUser});
  what.operand = kPrice;
  return add_feature(app, std::string(definition::to_string(function)), what);
}

TEST(Plan, ExtremesSeeTheDoubleAndForgetItWithItsPane) {
  App app = small_app();
  int least = add_of_price(app, Function::Min);
  int most = add_of_price(app, Function::Max);
  auto what = aggregation(Function::Max, {kClick}, {kUser});
  what.operand = kPrice;
  what.window = window(60s, 1s);
  int minute = add_feature(app, "minute", what);
  SmallWorld world(app);
  EXPECT_TRUE(world.value(least, 1, 0).missing());
  world.event(kClick, 10, 1, 5, {Datum::of(1e-9)});
  world.event(kClick, 11, 1, 5, {Datum::of(-2.5)});
  world.event(kClick, 12, 1, 5, {Datum()});
  EXPECT_EQ(world.number(least, 1, 20), -2.5);
  EXPECT_EQ(world.number(most, 1, 20), 1e-9) << "not rounded to millionths";
  EXPECT_EQ(world.number(minute, 1, 69), 1e-9);
  EXPECT_EQ(world.number(minute, 1, 70), -2.5);
  EXPECT_TRUE(world.value(minute, 1, 71).missing());
}

TEST(Plan, VarianceIsOfThePopulation) {
  App app = small_app();
  int variance = add_of_price(app, Function::Variance);
  int stddev = add_of_price(app, Function::Stddev);
  SmallWorld world(app);
  EXPECT_TRUE(world.value(variance, 1, 0).missing());
  for (double price : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) world.event(kClick, 10, 1, 5, {Datum::of(price)});
  EXPECT_EQ(world.number(variance, 1, 20), 4);
  EXPECT_EQ(world.number(stddev, 1, 20), 2);
}

TEST(Plan, ASumOfSquaresBeyond127BitsIsMissingAndCounted) {
  App app = small_app();
  int variance = add_of_price(app, Function::Variance);
  int average = add_of_price(app, Function::Avg);
  SmallWorld world(app);
  for (int i = 0; i < 170; ++i) EXPECT_EQ(world.event(kClick, i, 1, 5, {Datum::of(1e12)}).overflowed, 0u);
  EXPECT_EQ(world.number(variance, 1, 200), 0);
  EXPECT_EQ(world.event(kClick, 170, 1, 5, {Datum::of(1e12)}).overflowed, 1u);
  EXPECT_TRUE(world.value(variance, 1, 200).missing());
  EXPECT_EQ(world.event(kClick, 171, 1, 5, {Datum::of(1.0)}).overflowed, 1u) << "it stays so, whatever comes";
  EXPECT_TRUE(world.value(variance, 1, 200).missing());
  EXPECT_NEAR(world.number(average, 1, 200), 1e12 * 171 / 172, 1) << "the sum itself is well";
}

int add_top(App& app, int size) {
  auto what = aggregation(Function::Top, {kClick}, {kUser});
  what.operand = {Operand::Kind::Item, "", -1, Type::Text};
  what.size = size;
  return add_feature(app, "top", what);
}

TEST(Plan, TopCountsAndTiesGoByBytes) {
  App app = small_app();
  int top = add_top(app, 3);
  SmallWorld world(app);
  for (uint32_t item : {9u, 10u, 2u, 10u, 9u, 1u}) world.event(kClick, 10, 1, item);
  auto list = world.value(top, 1, 20).list;
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].id, "item10") << "as often as item9, and before it by bytes";
  EXPECT_EQ(list[0].weight, 2);
  EXPECT_EQ(list[1].id, "item9");
  EXPECT_EQ(list[2].id, "item1");
  EXPECT_EQ(list[2].number, 1u);
  EXPECT_EQ(world.value(top, 2, 20).list.size(), 0u);
}

// What Space-Saving promises beyond the exact part: never too low, too high by at most one event in 1,000, and nothing
// that is more frequent than that is lost. The row stops growing.
TEST(Plan, TopOfManyValuesKeepsItsErrorBound) {
  App app = small_app();
  int top = add_top(app, 1000);
  SmallWorld world(app);
  base::Random random(11);
  std::vector<uint64_t> counts(100'001);
  constexpr int kEvents = 60'000;
  for (int i = 0; i < kEvents; ++i) {
    double skewed = random.uniform();
    auto item = static_cast<uint32_t>(1 + 99'999 * skewed * skewed * skewed * skewed);
    ++counts[item];
    world.event(kClick, i, 1, item);
  }
  std::vector<bool> listed(counts.size());
  for (const auto& entry : world.value(top, 1, kEvents).list) {
    auto exact = static_cast<double>(counts[entry.number]);
    EXPECT_GE(entry.weight, exact) << entry.id;
    EXPECT_LE(entry.weight, exact + kEvents / 1000) << entry.id;
    listed[entry.number] = true;
  }
  for (size_t item = 0; item < counts.size(); ++item)
    EXPECT_TRUE(listed[item] || counts[item] <= kEvents / 1000) << "item" << item << " was seen " << counts[item];
  EXPECT_LE(8 * world.rows().words(), world.plan().bytes_per_key_max(0));
  EXPECT_LE(world.plan().bytes_per_key_max(0), 8 * (4 + 3 * 1000));
}

TEST(Plan, TopIsExactToAThousandValues) {
  App app = small_app();
  int top = add_top(app, 1000);
  SmallWorld world(app);
  for (uint32_t round = 1; round <= 3; ++round)
    for (uint32_t item = 1; item <= 1000; ++item)
      if (item % round == 0) world.event(kClick, item, 1, item);
  for (const auto& entry : world.value(top, 1, 5000).list)
    EXPECT_EQ(entry.weight, 1 + (entry.number % 2 == 0) + (entry.number % 3 == 0)) << entry.id;
}

TEST(Plan, FirstKeepsTheOldestOfEachPane) {
  App app = small_app();
  auto what = aggregation(Function::First, {kClick}, {kUser});
  what.operand = {Operand::Kind::Item, "", -1, Type::Text};
  what.size = 2;
  int ever = add_feature(app, "ever", what);
  what.window = window(20s, 10s);
  int lately = add_feature(app, "lately", what);
  SmallWorld world(app);
  for (auto [second, item] : {std::pair{5, 5u}, {3, 3u}, {8, 8u}, {4, 4u}, {4, 9u}, {15, 6u}, {12, 2u}, {17, 7u}})
    EXPECT_EQ(world.event(kClick, second, 1, item).late, 0u);
  auto names = [&](int feature, int64_t now) {
    std::string all;
    for (const auto& entry : world.value(feature, 1, now).list) all += std::string(entry.id) + " ";
    return all;
  };
  EXPECT_EQ(names(ever, 100), "item3 item4 ") << "of equal times the earlier in the journal comes first";
  EXPECT_EQ(names(lately, 19), "item3 item4 ");
  EXPECT_EQ(names(lately, 20), "item2 item6 ") << "the first ten seconds have slid out";
  EXPECT_EQ(names(lately, 40), "");
  world.event(kClick, 25, 1, 1);
  EXPECT_EQ(world.event(kClick, 9, 1, 1).late, 1u);
  EXPECT_LE(8 * world.rows().words(), world.plan().bytes_per_key_max(0));
}

TEST(Plan, FirstAndLastTimesAreTimesAndTheGapIsBetween) {
  App app = small_app();
  int first = add_feature(app, "first", aggregation(Function::FirstTime, {kClick, kView}, {kUser}));
  int last = add_feature(app, "last", aggregation(Function::LastTime, {kClick, kView}, {kUser}));
  int gap = add_feature(app, "gap", aggregation(Function::Gap, {kClick, kView}, {kUser}));
  SmallWorld world(app);
  EXPECT_TRUE(world.value(first, 1, 5).missing());
  world.event(kClick, 100, 1, 5);
  EXPECT_TRUE(world.value(gap, 1, 200).missing()) << "one event has no distance";
  EXPECT_EQ(world.value(first, 1, 200).time_us, world.value(last, 1, 200).time_us);
  world.event(kView, 40, 1, 5);
  world.event(kView, 130, 1, 5);
  EXPECT_EQ(world.value(first, 1, 200).kind, Datum::Kind::Time);
  EXPECT_EQ(world.value(first, 1, 200).time_us, 40'000'000);
  EXPECT_EQ(world.number(last, 1, 200), 130);
  EXPECT_EQ(world.number(gap, 1, 200), 45);
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
  auto listed = aggregation(Function::First, {kClick}, {kUser});
  listed.operand = {Operand::Kind::Item, "", -1, Type::Text};
  listed.size = 3;
  listed.window = window(2h, 5min);
  add_feature(app, "first", listed);
  listed.function = Function::Top;
  add_feature(app, "top", listed);
  SmallWorld world(app, {.top_values_max = 3});
  base::Random random(5);
  for (int i = 0; i < 20000; ++i)
    world.event(kClick, 60 * i + random.between(-4000, 0), 1, static_cast<uint32_t>(random.between(1, 9)));
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
