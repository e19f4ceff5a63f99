#include <gtest/gtest.h>

#include "base/random.h"
#include "pipeline/answer.h"
#include "pipeline/arena.h"
#include "pipeline/testing/shop.h"

namespace augury::pipeline {
namespace {

using definition::Datum;
using definition::NameKind;

constexpr std::string_view kApp = R"(
app: shop
entities:
  item: {attributes: {in_stock: boolean}, vectors: {book: 2}}
  user: {vectors: {taste: 2, usual: 2}}
events: {click: [user, item]}
features:
  match: dot(taste, book)
  taste_or_usual: taste or usual
  fit: dot(taste_or_usual, book)
models:
  m: {file: m.txt}
placements:
  home:
    recall: [{nearest: book, to: taste, limit: 3}]
    filter: item.in_stock
    score: {members: {match: 1}}
    fallback: {static: [none]}
  usual:
    recall: [{nearest: book, to: taste_or_usual, limit: 3}]
    score: {members: {fit: 1}, normalize: rank}
    fallback: {static: [none]}
  modelled:
    recall: [{nearest: book, to: taste, limit: 3}]
    score: {members: {m: 1}}
    fallback: {static: [none]}
)";

class Nearest : public testing::Test {
 protected:
  using Numbers = std::vector<float>;

  void item(std::string_view id, Numbers numbers, bool in_stock = true) {
    shop.put(NameKind::Item, id, {Datum::of(in_stock), vector(numbers)});
  }
  void user(std::string_view id, Numbers taste, Numbers usual = {}) {
    shop.put(NameKind::User, id, {vector(taste), vector(usual)});
  }
  std::vector<Ranked> ask(std::string_view user, std::string_view placement = "home",
                          std::vector<std::string_view> exclude = {}) {
    auto snapshot = shop.snapshot({model});
    if (!snapshot) return {};
    Arena arena;
    base::Epochs::Pin pin(shop.store().epochs());
    PredictRequest request{.user_id = user, .placement = placement, .exclude = exclude};
    auto question = read_question(request, *snapshot, shop.store(), shop.now(), arena.memory());
    Answer answer(snapshot, shop.store(), *question, arena.memory());
    const auto& ranking = snapshot->placement(question->placement).base;
    answer.fetch(ranking);
    answer.recall();
    answer.score(ranking);
    for (auto& member : answer.members())
      if (member.task) member.answered = member.task->run().has_value();
    auto ranked = answer.finish(ranking, 10);
    for (auto& one : ranked) one.reasons = answer.reasons(one);
    return ranked;
  }
  static std::vector<std::string> ids(const std::vector<Ranked>& ranked) {
    std::vector<std::string> all;
    for (const auto& one : ranked) all.push_back(one.id);
    return all;
  }

  Shop shop{kApp};
  std::shared_ptr<FakeScorer> model = std::make_shared<FakeScorer>(std::vector<std::string>{"book_1", "taste_0"}, "m1");

 private:
  static Datum vector(const Numbers& numbers) {
    return numbers.empty() ? Datum() : Datum::of(std::span<const float>(numbers));
  }
};

TEST_F(Nearest, FindsTheItemsThatPointWhereTheUserDoes) {
  user("ann", {1, 0});
  item("north", {0, 5}), item("east", {4, 0}), item("north_east", {2, 2}), item("west", {-3, 0});
  auto ranked = ask("ann");
  EXPECT_EQ(ids(ranked), (std::vector<std::string>{"east", "north_east", "north"}));
  EXPECT_EQ(ranked[0].score, 4) << "match is their inner product";
  EXPECT_EQ(ranked[0].explanation, "Close to your taste");
  EXPECT_EQ(ranked[0].reasons[0].source, "nearest");
  EXPECT_EQ(ranked[0].reasons[1].feature, "match");
}

TEST_F(Nearest, TakesItsLimitAfterFilterAndExclusion) {
  user("ann", {1, 0});
  std::vector<std::string> names;
  for (int i = 0; i < 500; ++i) names.push_back("item" + std::to_string(i));
  for (int i = 0; i < 500; ++i) item(names[static_cast<size_t>(i)], {500.0f - static_cast<float>(i), 0}, i >= 490);
  EXPECT_EQ(ids(ask("ann")), (std::vector<std::string>{"item490", "item491", "item492"}));
  EXPECT_EQ(ids(ask("ann", "home", {"item490", "item492"})),
            (std::vector<std::string>{"item491", "item493", "item494"}));
}

TEST_F(Nearest, FollowsTheCatalogueFromOneAnswerToTheNext) {
  user("ann", {1, 0});
  item("a", {1, 0}), item("b", {2, 0}), item("c", {3, 0});
  EXPECT_EQ(ids(ask("ann")), (std::vector<std::string>{"c", "b", "a"}));
  item("a", {9, 0});
  item("b", {});
  EXPECT_EQ(ids(ask("ann")), (std::vector<std::string>{"a", "c"})) << "b has no vector any more";
  shop.store().items().erase(shop.store().dictionary().find(NameKind::Item, "c"));
  EXPECT_EQ(ids(ask("ann")), (std::vector<std::string>{"a"}));
  user("ann", {-1, 0});
  item("d", {-1, 0});
  EXPECT_EQ(ids(ask("ann")), (std::vector<std::string>{"d", "a"}));
}

TEST_F(Nearest, NobodysTasteFindsNothing) {
  user("ann", {});
  user("bob", {}, {0, 1});
  item("a", {1, 0}), item("b", {0, 2});
  EXPECT_TRUE(ask("ann").empty());
  EXPECT_TRUE(ask("zed").empty());
  EXPECT_TRUE(ask("ann", "usual").empty());
  EXPECT_EQ(ids(ask("bob", "usual")), (std::vector<std::string>{"b", "a"})) << "the usual taste stands in";
}

TEST_F(Nearest, AModelGetsAVectorNumberByNumber) {
  user("ann", {10, 20});
  item("a", {1, 2}), item("b", {3, 4});
  auto ranked = ask("ann", "modelled");
  ASSERT_EQ(ids(ranked), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(ranked[0].score, 4 + 10) << "book_1 and taste_0";
  EXPECT_EQ(ranked[0].reasons[1].feature, "taste");
  EXPECT_EQ(ranked[0].reasons[2].feature, "book");
}

TEST(VectorInputs, ExpandToOneColumnPerDimensionAndAreCounted) {
  std::string text(kApp);
  text.replace(text.find("{file: m.txt}"), 13, "{file: m.txt, inputs: [book, match]}");
  Shop shop(text);
  auto build = [&](std::vector<std::string> names) {
    auto scorer = std::make_shared<FakeScorer>(std::move(names), "m1");
    auto app = std::make_shared<const definition::App>(shop.app());
    return Snapshot::build({app, *feature::Plan::compile(*app), {scorer}, 1, nullptr});
  };
  auto snapshot = build({"a", "b", "c"});
  ASSERT_TRUE(snapshot);
  const auto& inputs = (*snapshot)->placement(shop.app().placement("modelled")).base.members[0].inputs;
  ASSERT_EQ(inputs.size(), 3u);
  EXPECT_EQ(inputs[1].feature, shop.app().feature("book"));
  EXPECT_EQ(inputs[1].component, 1);
  EXPECT_EQ(inputs[2].component, -1);
  auto refused = build({"a", "b"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "model 'm': inputs lists 2 names that are 3 columns, the file has 2");
}

TEST(VectorInputs, OfANetworkAreTheColumnsOfItsInputs) {
  Shop shop(kApp);
  auto app = std::make_shared<const definition::App>(shop.app());
  auto build = [&](std::vector<std::string> names) {
    auto scorer = std::make_shared<FakeScorer>(std::move(names), "m1");
    return Snapshot::build({app, *feature::Plan::compile(*app), {scorer}, 1, nullptr});
  };
  auto snapshot = build({"book[0]", "book[1]", "match"});
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  const auto& inputs = (*snapshot)->placement(app->placement("modelled")).base.members[0].inputs;
  ASSERT_EQ(inputs.size(), 3u);
  EXPECT_EQ(inputs[1].feature, app->feature("book"));
  EXPECT_EQ(inputs[1].component, 1);
  auto narrow = build({"book[0]", "match"});
  ASSERT_FALSE(narrow);
  EXPECT_EQ(narrow.error().message, "model 'm' takes 1 numbers of 'book', which has 2");
  EXPECT_FALSE(build({"book[0", "match"}));
  EXPECT_FALSE(build({"book]0]", "match"}));
}

TEST(VectorInputs, BeyondTheDimensionAreRefusedByName) {
  Shop shop(kApp);
  auto app = std::make_shared<const definition::App>(shop.app());
  auto scorer = std::make_shared<FakeScorer>(std::vector<std::string>{"book_2"}, "m1");
  auto refused = Snapshot::build({app, *feature::Plan::compile(*app), {scorer}, 1, nullptr});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "model 'm' wants input 'book_2': no such feature; did you mean 'book'?");
}

}  // namespace
}  // namespace augury::pipeline
