// Every combination of {works, fails, hangs} over the feature store, the model, recall, the cache and the experiment is
// answered in time at the rung that docs/operations/ladder.md predicts.
#include <gtest/gtest.h>

#include "serve/testing/simulation.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // A request names what it means.

namespace augury::serve {
namespace {

using Mode = FakeDependencies::Mode;
using ModelMode = pipeline::FakeScorer::Mode;

constexpr Mode kModes[] = {Mode::Works, Mode::Fails, Mode::Hangs};
constexpr const char* kNames[] = {"works", "fails", "hangs"};

struct Case {
  Mode store, model, recall, cache, experiment;
  bool asked_before;

  std::string text() const {
    auto name = [](Mode m) { return std::string(kNames[static_cast<int>(m)]); };
    return "store " + name(store) + ", model " + name(model) + ", recall " + name(recall) + ", cache " + name(cache) +
           ", experiment " + name(experiment) + (asked_before ? ", asked before" : ", not asked before");
  }
};

// The table: the first row that fits.
Level expected(const Case& c) {
  bool well = c.store == Mode::Works && c.recall == Mode::Works && c.model == Mode::Works;
  if (well) return Level::Primary;
  if (c.asked_before && c.cache == Mode::Works) return Level::Cached;
  return Level::Simplified;
}

std::string expected_code(const Case& c) {
  if (c.store != Mode::Works) return "FEATURE_STORE_UNAVAILABLE";
  if (c.recall == Mode::Fails) return "FEATURE_STORE_UNAVAILABLE";
  if (c.recall == Mode::Hangs) return "PREDICTION_TIMEOUT";
  return c.model == Mode::Fails ? "MODEL_UNAVAILABLE" : "PREDICTION_TIMEOUT";
}

// A user whose kept answer is no longer fresh, so that PRIMARY has to be made anew.
void prepare(Simulation& simulation, const Case& c, const std::string& user) {
  simulation.scene.shop.event("click", user, "pen");
  if (c.asked_before) simulation.answer({.user_id = user, .model_variant = "control"});
  simulation.scene.shop.event("click", user, "book");
}

void run(const Case& c) {
  SCOPED_TRACE(c.text());
  Simulation simulation;
  Scene& s = simulation.scene;
  std::string user = "cam";
  prepare(simulation, c, user);
  s.dependencies.set(Dependency::FeatureStore, c.store);
  s.dependencies.set(Dependency::Recall, c.recall);
  s.dependencies.set(Dependency::Cache, c.cache);
  s.dependencies.set(Dependency::Experiment, c.experiment);
  s.ranker->set_cost(1e9);
  s.ranker->set(static_cast<ModelMode>(c.model));
  std::chrono::milliseconds deadline{60};
  auto [p, took] = simulation.answer({.user_id = user, .model_variant = "control", .deadline = deadline});
  EXPECT_LE(took, deadline);
  EXPECT_EQ(to_string(p.level), to_string(expected(c)));
  EXPECT_FALSE(p.items.empty());
  EXPECT_EQ(p.fallback, p.level != Level::Primary);
  if (p.fallback) {
    ASSERT_TRUE(p.error);
    EXPECT_EQ(p.error->code, expected_code(c));
    EXPECT_EQ(p.fallback_reason, p.error->code);
  }
}

TEST(Ladder, AnswersInTimeAtTheRungTheTablePredictsWhateverFailsOrHangs) {
  std::vector<Case> cases;
  for (Mode store : kModes)
    for (Mode model : kModes)
      for (Mode recall : kModes)
        for (Mode cache : kModes)
          for (Mode experiment : kModes)
            for (bool before : {false, true}) cases.push_back({store, model, recall, cache, experiment, before});
  ASSERT_EQ(cases.size(), 486u);
  for (const Case& c : cases) run(c);
}

TEST(Ladder, EndsAtTheAppFilesListWhenNothingElseIsThere) {
  Scene s(true);
  s.dependencies.set(Dependency::FeatureStore, Mode::Fails);
  ASSERT_TRUE(s.service->set_breaker("light", Engine::BreakerMode::Open));
  std::string_view all[] = {"pen", "book", "lamp", "gone"};
  auto p = s.answer({.user_id = "ann", .exclude = all});
  EXPECT_EQ(p.level, Level::Static);
  EXPECT_EQ(Scene::ids(p), (std::vector<std::string>{"still", "stone"}));
  EXPECT_EQ(p.error->code, "FEATURE_STORE_UNAVAILABLE");
}

TEST(Ladder, TheStoresBreakerOpensAtTenAndAnswersGoOnWithoutAsking) {
  Scene s(true);
  s.dependencies.set(Dependency::FeatureStore, Mode::Fails);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(s.answer({.user_id = "ann"}).error->code, "FEATURE_STORE_UNAVAILABLE");
  auto p = s.answer({.user_id = "ann"});
  EXPECT_EQ(p.error->code, "CIRCUIT_OPEN");
  EXPECT_EQ(p.level, Level::Simplified);
}

TEST(Ladder, WithHungModelsEverywhereTheListIsStillInTime) {
  Simulation simulation;
  for (auto& m : {simulation.scene.ranker, simulation.scene.light}) m->set_cost(1e9), m->set(ModelMode::Hangs);
  std::chrono::milliseconds deadline{60};
  auto [p, took] = simulation.answer({.user_id = "ann", .model_variant = "control", .deadline = deadline});
  EXPECT_EQ(p.level, Level::Popular);
  EXPECT_LE(took, deadline);
}

}  // namespace
}  // namespace augury::serve
