#include "serve/service.h"

#include <gtest/gtest.h>

#include <thread>

#include "experiment/assignment.h"
#include "serve/blocking_resumer.h"
#include "serve/testing/simulation.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // A request names what it means.

namespace augury::serve {
namespace {

using Ids = std::vector<std::string>;
using Mode = pipeline::FakeScorer::Mode;
using BreakerMode = Engine::BreakerMode;

// Outside the experiment of the shared app file, so that the ranker answers.
std::string outsider(const Scene& scene, std::string_view prefix) {
  for (int i = 0;; ++i) {
    std::string id = std::string(prefix) + std::to_string(i);
    if (experiment::bucket(scene.shop.app().experiments[0].name, id) >= 0.5) return id;
  }
}

// One who has clicked.
std::string known_user(Scene& scene, std::string_view prefix = "known") {
  auto id = outsider(scene, prefix);
  scene.shop.event("click", id, "pen");
  return id;
}

TEST(Service, AnswersFromTheModels) {
  Scene s;
  auto user = known_user(s);
  auto p = s.answer({.user_id = user});
  EXPECT_EQ(p.level, Level::Primary);
  EXPECT_EQ(Scene::ids(p), (Ids{"pen", "book", "lamp"}));
  EXPECT_EQ(p.model_version, "ranker@r1");
  EXPECT_FALSE(p.fallback);
  EXPECT_FALSE(p.error);
  EXPECT_EQ(p.items[1].explanation, "Because you clicked pen");
  EXPECT_EQ(p.position, s.shop.store().applied());
  EXPECT_EQ(p.prediction_id.size(), 26u);
  EXPECT_TRUE(p.items[0].reasons.empty());
}

TEST(Service, ExplainsInNumbersWhenAsked) {
  Scene s;
  auto p = s.answer({.user_id = known_user(s), .explain = true});
  ASSERT_FALSE(p.items[1].reasons.empty());
  EXPECT_EQ(p.items[1].reasons[0].to, "pen");
  EXPECT_FALSE(s.recording.taken()[0].candidates.empty()) << "an explained answer keeps its candidates";
}

TEST(Service, ANewVisitorGetsWhatIsPopularAndIsToldSo) {
  Scene s;
  auto p = s.answer({.user_id = "zed"});
  EXPECT_EQ(p.level, Level::Popular);
  EXPECT_FALSE(p.fallback);
  EXPECT_EQ(p.fallback_reason, "NEW_VISITOR");
  EXPECT_FALSE(p.error);
  EXPECT_EQ(Scene::ids(p), (Ids{"pen", "book"}));
  EXPECT_EQ(p.items[0].explanation, "Popular right now");
}

TEST(Service, SomebodyWithAProfileIsNoNewVisitor) {
  Scene s;
  auto user = outsider(s, "member");
  s.shop.user(user, "fr");
  EXPECT_EQ(s.answer({.user_id = user}).level, Level::Primary);
}

TEST(Service, RanksANewVisitorsCandidatesByPopularity) {
  Scene s;
  std::string_view ids[] = {"lamp", "book", "pen"};
  auto p = s.answer({.user_id = "zed", .candidates = ids});
  EXPECT_EQ(p.level, Level::Popular);
  EXPECT_EQ(Scene::ids(p), (Ids{"pen", "book", "lamp"}));
}

TEST(Service, GivesTheSameAnswerFromTheCacheUntilTheUserDoesSomething) {
  Scene s;
  auto user = known_user(s);
  auto first = s.answer({.user_id = user}), second = s.answer({.user_id = user});
  EXPECT_FALSE(first.cache_hit);
  EXPECT_TRUE(second.cache_hit);
  EXPECT_EQ(second.cache_level, "L1");
  EXPECT_EQ(second.level, Level::Primary);
  EXPECT_EQ(Scene::ids(first), Scene::ids(second));
  EXPECT_EQ(first.items[0].score, second.items[0].score);
  EXPECT_EQ(second.model_version, "ranker@r1");
  s.shop.event("view", user, "lamp");
  EXPECT_TRUE(s.answer({.user_id = user}).cache_hit) << "a view feeds nothing of this placement";
  s.shop.event("click", user, "lamp");
  EXPECT_FALSE(s.answer({.user_id = user}).cache_hit);
}

TEST(Service, AppliesExcludeAndTheFilterToCachedAnswers) {
  Scene s;
  auto user = known_user(s);
  s.answer({.user_id = user});
  std::string_view out[] = {"pen"};
  EXPECT_EQ(Scene::ids(s.answer({.user_id = user, .exclude = out})), (Ids{"book", "lamp"}));
  s.shop.item("book", {.category = "paper", .in_stock = false});
  auto p = s.answer({.user_id = user});
  EXPECT_EQ(Scene::ids(p), (Ids{"pen", "lamp"}));
}

TEST(Service, DoesNotShowAnAnswerGivenInOtherCircumstances) {
  Scene s;
  auto user = known_user(s);
  s.answer({.user_id = user});
  EXPECT_FALSE(s.answer({.user_id = user, .model_variant = "treatment"}).cache_hit);
  s.wall.advance(std::chrono::minutes{2});
  EXPECT_FALSE(s.answer({.user_id = user}).cache_hit) << "another moment";
  EXPECT_FALSE(s.answer({.user_id = user, .explain = true}).cache_hit);
}

TEST(Service, SwapsTheWorldBetweenRequests) {
  Scene s;
  auto user = known_user(s);
  s.answer({.user_id = user});
  auto better = std::make_shared<pipeline::FakeScorer>(std::vector<std::string>{"cheapness"}, "r2", -1);
  s.service->swap(s.shop.snapshot({better, s.other, s.light}));
  auto p = s.answer({.user_id = user});
  EXPECT_FALSE(p.cache_hit);
  EXPECT_EQ(p.model_version, "ranker@r2");
  EXPECT_EQ(p.items[0].item_id, "lamp");
}

TEST(Service, AVariantMayNameAnotherModelAndCount) {
  Scene s;
  auto user = known_user(s);
  auto p = s.answer({.user_id = user, .model_variant = "treatment"});
  EXPECT_EQ(p.model_version, "other@o1");
  EXPECT_EQ(p.items.size(), 2u);
  EXPECT_EQ(p.experiment_id, "heavier");
  EXPECT_EQ(p.variant, "treatment");
  EXPECT_EQ(p.propensity, 1);
  auto outside = s.answer({.user_id = user});
  EXPECT_FALSE(outside.experiment_id);
  EXPECT_EQ(outside.propensity, 1);
}

TEST(Service, NamesTheVariantTheExperimentGaveWithItsProbability) {
  Scene s;
  for (int i = 0;; ++i) {
    std::string id = "user" + std::to_string(i);
    if (experiment::bucket("heavier", id) >= 0.25) continue;
    s.shop.event("click", id, "pen");
    auto p = s.answer({.user_id = id, .model_variant = "auto"});
    EXPECT_EQ(p.variant, "control");
    EXPECT_EQ(p.propensity, 0.25);
    return;
  }
}

TEST(Service, RecordsEachAnswer) {
  Scene s;
  auto user = known_user(s);
  auto p = s.answer({.user_id = user, .session_id = "s1"});
  auto taken = s.recording.taken();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(text_of(taken[0].prediction), p.prediction_id);
  EXPECT_EQ(taken[0].placement, "home");
  EXPECT_EQ(taken[0].user_id, user);
  EXPECT_EQ(taken[0].session_id, "s1");
  EXPECT_EQ(taken[0].publication, 7u);
  EXPECT_EQ(taken[0].position, p.position.offset);
  ASSERT_EQ(taken[0].items.size(), 3u);
  EXPECT_EQ(taken[0].items[0].id, "pen");
  ASSERT_EQ(taken[0].members.size(), 1u);
  EXPECT_EQ(taken[0].members[0].version, "r1");
}

TEST(Service, WithTheRankersBreakerOpenAnswersFromTheCacheThenSimplifiedThenPopular) {
  Scene s;
  auto before = known_user(s, "asked"), fresh = known_user(s, "fresh");
  s.answer({.user_id = before});
  ASSERT_TRUE(s.service->set_breaker("ranker", BreakerMode::Open));
  auto cached = s.answer({.user_id = before});
  EXPECT_EQ(cached.level, Level::Cached);
  EXPECT_TRUE(cached.fallback);
  ASSERT_TRUE(cached.error);
  EXPECT_EQ(cached.error->code, "CIRCUIT_OPEN");
  auto simplified = s.answer({.user_id = fresh});
  EXPECT_EQ(simplified.level, Level::Simplified);
  EXPECT_EQ(simplified.model_version, "light@l1");
  ASSERT_TRUE(s.service->set_breaker("light", BreakerMode::Open));
  EXPECT_EQ(s.answer({.user_id = fresh}).level, Level::Popular);
  ASSERT_TRUE(s.service->set_breaker("ranker", BreakerMode::Auto));
  ASSERT_TRUE(s.service->set_breaker("light", BreakerMode::Auto));
  EXPECT_EQ(s.answer({.user_id = fresh}).level, Level::Primary);
}

TEST(Service, LeavesAMemberOutAndScalesTheOthersUp) {
  Scene s;
  auto user = known_user(s);
  auto whole = s.answer({.user_id = user, .placement = "blend", .explain = true});
  EXPECT_EQ(whole.model_version, "ranker@r1+other@o1");
  ASSERT_TRUE(s.service->set_breaker("other", BreakerMode::Open));
  auto part = s.answer({.user_id = user, .placement = "blend", .explain = true});
  EXPECT_EQ(part.level, Level::Primary);
  EXPECT_FALSE(part.fallback);
  EXPECT_EQ(part.model_version, "ranker@r1");
  ASSERT_TRUE(part.error);
  EXPECT_EQ(part.error->code, "CIRCUIT_OPEN");
  auto members = s.recording.taken().back().members;
  ASSERT_EQ(members.size(), 2u);
  EXPECT_NEAR(members[0].weight + members[1].weight, 4, 1e-12);
}

TEST(Service, ASlowModelRunsElsewhereAndStillAnswers) {
  Scene s;
  s.ranker->set_cost(1e9);
  auto p = s.answer({.user_id = known_user(s)});
  EXPECT_EQ(p.level, Level::Primary);
  EXPECT_EQ(p.items[0].item_id, "pen");
}

TEST(Service, AHungModelIsLeftBehindAndItsBreakerOpensAfterFive) {
  Simulation simulation;
  Scene& s = simulation.scene;
  s.ranker->set_cost(1e9);
  s.ranker->set(Mode::Hangs);
  auto user = known_user(s);
  for (int i = 0; i < 5; ++i) {
    auto [p, took] = simulation.answer({.user_id = user});
    EXPECT_EQ(p.level, Level::Simplified);
    EXPECT_LE(took, std::chrono::milliseconds{100});
    ASSERT_TRUE(p.error);
    EXPECT_EQ(p.error->code, "PREDICTION_TIMEOUT");
  }
  EXPECT_EQ(simulation.answer({.user_id = user}).prediction.error->code, "CIRCUIT_OPEN");
}

TEST(Service, SaysOverloadedWhenTooMuchWaitsForAModel) {
  Scene s;
  s.ranker->set_cost(1e9);
  s.ranker->set(Mode::Hangs);
  while (s.pool.start([&] {
    std::vector<double> out(1);
    std::vector<float> row(2);
    (void)s.ranker->score(std::span<const float>(row), 1, out, model::Output::Margin);
  })) {
  }
  auto p = s.answer({.user_id = known_user(s)});
  ASSERT_TRUE(p.error);
  EXPECT_EQ(p.error->code, "OVERLOADED");
  s.ranker->set(Mode::Works);
}

TEST(Service, AnErrorIsForTheCallersMistakesAndForHavingNothing) {
  Scene s;
  EXPECT_EQ(s.ask({.user_id = "ann", .placement = "nowhere"}).error().code, Code::NotFound);
  EXPECT_EQ(s.ask({.user_id = "ann", .model_variant = "best"}).error().code, Code::NotFound);
  EXPECT_EQ(s.ask({.user_id = "ann", .deadline = Duration{0}}).error().code, Code::Invalid);
  EXPECT_EQ(s.ask({.user_id = "ann", .now = s.shop.now() + std::chrono::hours{1}}).error().code, Code::Invalid);
  EXPECT_EQ(s.service->set_breaker("rankr", BreakerMode::Open).error().code, Code::NotFound);
  s.ranker->set(Mode::Fails);
  auto nothing = s.ask({.user_id = known_user(s), .placement = "bare"});
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, Code::Unavailable);
}

TEST(Service, ExcludingAllThatWasAskedAboutLeavesAnEmptyAnswer) {
  Scene s;
  std::string_view ids[] = {"pen"};
  auto p = s.answer({.user_id = known_user(s), .candidates = ids, .exclude = ids});
  EXPECT_EQ(p.level, Level::Primary);
  EXPECT_TRUE(p.items.empty());
}

TEST(Service, CountsWhatItDid) {
  Scene s;
  auto user = known_user(s);
  s.answer({.user_id = user});
  s.answer({.user_id = user});
  s.answer({.user_id = "zed"});
  (void)s.ask({.user_id = user, .placement = "nowhere"});
  AppStatus status;
  s.service->status(status);
  EXPECT_EQ(status.predictions, 3u);
  EXPECT_EQ(status.predictions_by_level[0], 2u);
  EXPECT_EQ(status.predictions_by_level[3], 1u);
  EXPECT_EQ(status.predictions_failed, 1u);
  EXPECT_EQ(status.fallbacks, 0u);
  EXPECT_EQ(status.cache_hits, 1u);
  ASSERT_EQ(status.breakers.size(), 4u);
  EXPECT_EQ(status.breakers[0].name, "feature_store");
}

TEST(Service, AnswersManyThreadsWhileTheWorldIsSwapped) {
  Scene s;
  auto user = known_user(s);
  s.other->set_cost(1e9);  // Through the pool.
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 60; ++i) {
          auto p = s.ask({.user_id = user, .placement = t == 0 ? "blend" : "home", .explain = i % 2 == 0});
          if (!p || p->items.empty()) ++wrong;
        }
      });
    std::jthread swapper([&] {
      while (!stop) s.service->swap(s.snapshot), std::this_thread::yield();
    });
    threads.clear();
    stop = true;
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace augury::serve
