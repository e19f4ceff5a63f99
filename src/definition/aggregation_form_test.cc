#include "definition/aggregation_form.h"

#include <gtest/gtest.h>

#include "definition/parse.h"

namespace augury::definition {
namespace {

constexpr std::string_view kShop = R"(
app: shop
entities: {item: {attributes: {category: string, in_stock: boolean, price: number}}}
events: {view: {keys: [user, item], fields: {dwell: number}}, click: [user, item], buy: {keys: [user, item], fields: {price: number}}}
features:
  f: )";

Feature form(std::string_view text) {
  auto parsed = parse_app(std::string(kShop) + std::string(text), "shop.yaml");
  for (const auto& problem : parsed.problems) ADD_FAILURE() << problem.text();
  return parsed.app.features.at(0);
}

TEST(AggregationForm, ReadsWindowsKeysAndSeveralEvents) {
  auto f = form("count(view, click) by user, item.category over 1h every 5m");
  const auto& what = *f.aggregation();
  EXPECT_EQ(what.function, Function::Count);
  EXPECT_EQ(what.events, (std::vector<int>{0, 1}));
  EXPECT_EQ(what.by, (std::vector<KeyPart>{{KeyPart::Kind::User}, {KeyPart::Kind::ItemAttribute, 0}}));
  EXPECT_EQ(what.window->span, std::chrono::hours(1));
  EXPECT_EQ(what.window->panes(), 12);
  EXPECT_EQ(f.type, Type::Number);
}

TEST(AggregationForm, AnyIsEveryWrittenEventAndNeverTheImpression) {
  EXPECT_EQ(form("time_since(any) by session").aggregation()->events, (std::vector<int>{0, 1, 2}));
  auto rate = form("rate(click / impression) by item over 1d prior 0.02 weight 50");
  EXPECT_EQ(rate.aggregation()->events, std::vector<int>{1});
  EXPECT_EQ(rate.aggregation()->denominator, std::vector<int>{3});
  EXPECT_EQ(rate.aggregation()->prior, 0.02);
  EXPECT_EQ(rate.aggregation()->prior_weight, 50);
}

TEST(AggregationForm, TakesFieldsItemsAndAttributes) {
  auto sum = form("sum(buy.price) by everyone");
  EXPECT_EQ(sum.aggregation()->operand.kind, Operand::Kind::Field);
  EXPECT_EQ(sum.aggregation()->operand.field, "price");
  EXPECT_FALSE(sum.aggregation()->window);
  auto of_item = form("avg(click.item.price) by item.in_stock over 7d");
  EXPECT_EQ(of_item.aggregation()->operand.kind, Operand::Kind::ItemAttribute);
  EXPECT_EQ(of_item.aggregation()->operand.attribute, 2);
  auto last = form("last(50, click.item, view.item) by user");
  EXPECT_EQ(last.type, Type::List);
  EXPECT_EQ(last.list_of, NameKind::Item);
  EXPECT_EQ(last.aggregation()->size, 50);
  EXPECT_EQ(form("last(5, click.item.category) by user over 7d").list_of, NameKind::Text);
}

TEST(AggregationForm, ReadsConditions) {
  auto f = form("count(view where view.dwell > (5 + 5) and item.category == \"books\") by user over 1h");
  ASSERT_TRUE(f.aggregation()->where);
  EXPECT_EQ(f.aggregation()->where->text(), "view.dwell > (5 + 5) and item.category == \"books\"");
  EXPECT_EQ(f.aggregation()->where->references()[0].name, "view.dwell");
  EXPECT_EQ(f.aggregation()->where->references()[0].kind, Reference::Kind::EventField);
}

TEST(AggregationForm, TogetherHasItsDefaultsAndOptions) {
  auto plain = form("together(100, click.item) by item half_life 7d").aggregation()->together;
  EXPECT_EQ(plain.half_life, std::chrono::hours(24 * 7));
  EXPECT_EQ(plain.history, 20);
  EXPECT_EQ(plain.decay, 0.8);
  EXPECT_FALSE(plain.pair_half_life);
  auto full =
      form("together(9, any.item) by item half_life 7d pair_half_life 1h history 5 decay 0.5 backward 0 norm 0.5");
  EXPECT_EQ(full.aggregation()->together.pair_half_life, std::chrono::hours(1));
  EXPECT_EQ(full.aggregation()->together.history, 5);
  EXPECT_EQ(full.aggregation()->together.backward, 0);
  EXPECT_EQ(full.aggregation()->size, 9);
}

TEST(AggregationForm, DecayedOnesHaveAHalfLife) {
  EXPECT_EQ(form("decayed_count(any) by item half_life 3d").aggregation()->half_life, std::chrono::hours(72));
  EXPECT_EQ(form("decayed_sum(buy.price) by user half_life 15m").aggregation()->operand.field, "price");
}

TEST(AggregationForm, MinAndMaxAreFunctionsOfNumbersAndAggregationsByAKey) {
  EXPECT_TRUE(form("min(item.price, 5)").expression());
  EXPECT_TRUE(form("max(min(item.price, 5), 1) + 2").expression());
  auto least = form("min(buy.price) by user over 30d");
  EXPECT_EQ(least.aggregation()->function, Function::Min);
  EXPECT_EQ(least.aggregation()->window->panes(), 120);
  EXPECT_EQ(least.type, Type::Number);
  auto most = form("max(view.item.price, click.item.price where item.in_stock) by user, item.category");
  EXPECT_EQ(most.aggregation()->function, Function::Max);
  EXPECT_EQ(most.aggregation()->events, (std::vector<int>{0, 1}));
  EXPECT_TRUE(most.aggregation()->where);
}

TEST(AggregationForm, TopIsAListInAtMostThirtyPanes) {
  auto top = form("top(10, click.item.category) by user over 7d");
  EXPECT_EQ(top.type, Type::List);
  EXPECT_EQ(top.list_of, NameKind::Text);
  EXPECT_EQ(top.aggregation()->size, 10);
  EXPECT_EQ(top.aggregation()->window->pane, std::chrono::hours(6));
  EXPECT_EQ(form("top(3, any.item) by everyone").list_of, NameKind::Item);
  EXPECT_EQ(form("first(3, click.item) by session over 7d").aggregation()->window->panes(), 168);
}

TEST(AggregationForm, AbsoluteTimesAreTimesAndSpansAreNumbers) {
  EXPECT_EQ(form("first_time(any) by user").type, Type::Time);
  EXPECT_EQ(form("last_time(buy) by item over 1d").type, Type::Time);
  EXPECT_EQ(form("gap(click, view) by session").type, Type::Number);
  EXPECT_EQ(form("count(click, view) by session").aggregation()->events.size(), 2u);
  EXPECT_EQ(form("variance(buy.price) by everyone over 1h").aggregation()->function, Function::Variance);
}

}  // namespace
}  // namespace augury::definition
