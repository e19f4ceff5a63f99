#include "pipeline/answer.h"

#include <gtest/gtest.h>

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // A request names what it means.

#include "pipeline/arena.h"
#include "pipeline/choose.h"
#include "pipeline/testing/shop.h"

namespace augury::pipeline {
namespace {

struct Fixture {
  Shop shop;
  std::shared_ptr<FakeScorer> ranker =
      std::make_shared<FakeScorer>(std::vector<std::string>{"cheapness", "item_clicks"}, "r1");
  std::shared_ptr<FakeScorer> other = std::make_shared<FakeScorer>(std::vector<std::string>{"item_views"}, "o1");
  std::shared_ptr<const Snapshot> snapshot;
  Arena arena;

  Fixture() {
    shop.item("pen", {.category = "paper", .price = 1});
    shop.item("book", {.category = "paper", .price = 10});
    shop.item("lamp", {.category = "light", .price = 50, .created_at = from_micros(5)});
    shop.item("gone", {.category = "paper", .price = 1, .in_stock = false});
    for (auto who : {"u1", "u2", "u3"})
      for (auto what : {"pen", "book", "gone"}) shop.event("click", who, what);
    shop.event("click", "ann", "pen");
    shop.publish();
    snapshot = shop.snapshot({ranker, other, other});
  }
  struct Outcome {
    std::vector<Ranked> ranked;
    std::vector<std::vector<Reason>> reasons;
    std::vector<std::string> ids() const {
      std::vector<std::string> all;
      for (const auto& r : ranked) all.push_back(r.id);
      return all;
    }
  };
  Outcome ask(PredictRequest request) {
    base::Epochs::Pin pin(shop.store().epochs());
    if (request.placement.empty()) request.placement = "home";
    auto question = read_question(request, *snapshot, shop.store(), shop.now(), arena.memory());
    if (!question) return ADD_FAILURE() << question.error().message, Outcome{};
    Answer answer(snapshot, shop.store(), *question, arena.memory());
    const auto& ranking = snapshot->placement(question->placement).base;
    answer.fetch(ranking);
    answer.recall();
    answer.score(ranking);
    for (auto& m : answer.members())
      if (m.task) m.answered = m.task->run().has_value();
    Outcome outcome{answer.finish(ranking, 10), {}};
    for (const auto& r : outcome.ranked) outcome.reasons.push_back(answer.reasons(r));
    return outcome;
  }
  static const Ranked& of(const Outcome& outcome, std::string_view id) {
    for (const auto& r : outcome.ranked)
      if (r.id == id) return r;
    ADD_FAILURE() << id << " is not there";
    return outcome.ranked.front();
  }
};

TEST(Answer, RanksByTheModelsScoreOfWhatTheStoreHolds) {
  Fixture f;
  auto outcome = f.ask({.user_id = "ann"});
  EXPECT_EQ(outcome.ids(), (std::vector<std::string>{"pen", "book", "lamp"})) << "'gone' is not in stock";
  double clicks = Fixture::of(outcome, "book").score - static_cast<float>(0.1);
  EXPECT_NEAR(clicks, 3, 0.01) << "decayed a few seconds";
}

TEST(Answer, ExplainsByTheItemTheUserClicked) {
  Fixture f;
  auto outcome = f.ask({.user_id = "ann"});
  EXPECT_EQ(Fixture::of(outcome, "book").explanation, "Because you clicked pen");
  EXPECT_EQ(Fixture::of(outcome, "lamp").explanation, "New in light");
}

TEST(Answer, LeavesOutWhatTheUserBought) {
  Fixture f;
  f.shop.event("purchase", "ann", "book");
  auto outcome = f.ask({.user_id = "ann"});
  EXPECT_EQ(outcome.ids(), (std::vector<std::string>{"pen", "lamp"}));
}

TEST(Answer, LeavesOutWhatIsExcluded) {
  Fixture f;
  std::string_view out[] = {"pen"};
  EXPECT_EQ(f.ask({.user_id = "ann", .exclude = out}).ids(), (std::vector<std::string>{"book", "lamp"}));
}

TEST(Answer, RanksTheRequestsCandidatesEvenThoseNobodyKnows) {
  Fixture f;
  std::string_view ids[] = {"book", "unheard-of", "pen"};
  auto outcome = f.ask({.user_id = "ann", .placement = "blend", .candidates = ids});
  EXPECT_EQ(outcome.ids(), (std::vector<std::string>{"pen", "book", "unheard-of"}));
  EXPECT_EQ(Fixture::of(outcome, "unheard-of").score, 0);
}

TEST(Answer, WalksAListFurtherSoThatALimitMeansAfterTheFilter) {
  Fixture f;
  for (int i = 0; i < 30; ++i) {
    std::string id = "sold-out-" + std::to_string(i);
    f.shop.item(id, {.in_stock = false});
    for (int j = 0; j < 5; ++j) f.shop.event("click", "crowd" + std::to_string(j), id);
  }
  f.shop.publish();
  EXPECT_EQ(f.ask({.user_id = "nobody-yet"}).ids(), (std::vector<std::string>{"pen", "book", "lamp"}));
}

TEST(Answer, GivesReasonsThatAddUpToTheScore) {
  Fixture f;
  auto outcome = f.ask({.user_id = "ann"});
  for (size_t i = 0; i < outcome.ranked.size(); ++i) {
    double sum = 0;
    for (const auto& r : outcome.reasons[i]) sum += r.contribution;
    EXPECT_NEAR(sum, outcome.ranked[i].score, 1e-9) << outcome.ranked[i].id;
  }
  const auto& book = outcome.reasons[1];
  EXPECT_EQ(book[0].source, "related");
  EXPECT_EQ(book[0].to, "pen");
  EXPECT_EQ(book.back().feature, "cheapness");
}

TEST(Answer, GivesTheSameBitsEveryTime) {
  Fixture f;
  auto a = f.ask({.user_id = "ann"}), b = f.ask({.user_id = "ann"});
  ASSERT_EQ(a.ranked.size(), b.ranked.size());
  for (size_t i = 0; i < a.ranked.size(); ++i) EXPECT_EQ(a.ranked[i].score, b.ranked[i].score);
}

}  // namespace
}  // namespace augury::pipeline
