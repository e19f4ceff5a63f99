// pull(...) against its definition, on the random cases of the plan. AUGURY_SEED chooses another run.
#include "feature/pull_field.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "feature/testing/interpreter.h"
#include "feature/testing/memory_rows.h"
#include "feature/testing/random_cases.h"
#include "feature/testing/small_app.h"

namespace augury::feature {
namespace {

using namespace std::chrono_literals;
using definition::Aggregation;
using definition::App;
using definition::Function;

constexpr uint32_t kUsers = 3;
constexpr uint32_t kItems = 12;

// Adds pulls of every shape for each together feature. Returns how many.
size_t add_pulls(App& app) {
  size_t before = app.features.size();
  for (size_t f = 0; f < before; ++f) {
    const auto& what = std::get<Aggregation>(app.features[f].what);
    if (what.function != Function::Together) continue;
    int kept = what.together.history + 1;
    definition::Pull wide{static_cast<int>(f), kept, 0.8, {}};
    definition::Pull narrow{static_cast<int>(f), 1, 0.8, 1h};
    definition::Pull fading{static_cast<int>(f), std::min(kept, 4), 0.95, 36h};
    for (const auto& pull : {wide, narrow, fading}) {
      definition::Feature feature;
      feature.name = "pull " + std::to_string(app.features.size());
      feature.what = pull;
      app.features.push_back(std::move(feature));
    }
  }
  return app.features.size() - before;
}

void expect_field_is_the_sum(const App& app, const Plan& plan, const MemoryRows& rows, const Interpreter& interpreter,
                             Timestamp now) {
  for (int f = 0; f < static_cast<int>(app.features.size()); ++f) {
    if (app.features[static_cast<size_t>(f)].pull() == nullptr) continue;
    for (uint32_t user = 1; user <= kUsers; ++user) {
      std::pmr::monotonic_buffer_resource arena;
      auto field = plan.pull(f, user, now, rows, arena);
      std::vector<std::pair<double, uint32_t>> order;
      for (uint32_t item = 1; item <= kItems; ++item) {
        double expected = interpreter.pull(f, user, item, now);
        ASSERT_NEAR(field.of(item), expected, 1e-9 * expected + 1e-280) << "user " << user << " item " << item;
        if (field.of(item) > 0) order.push_back({-field.of(item), item});
      }
      std::sort(order.begin(), order.end());
      if (order.size() > 3) order.resize(3);
      auto strongest = field.strongest(3);
      ASSERT_EQ(strongest.size(), order.size());
      for (size_t i = 0; i < order.size(); ++i) ASSERT_EQ(strongest[i].item, order[i].second);
    }
  }
}

TEST(PullField, IsTheSumOfScoresThatTheDefinitionSays) {
  uint64_t seed = case_seed();
  int tried = 0;
  for (uint64_t number = 0; number < 400; ++number) {
    SCOPED_TRACE("AUGURY_SEED=" + std::to_string(seed) + " case " + std::to_string(number));
    auto made = random_case(seed, number);
    std::erase_if(made.app.features,
                  [](const auto& feature) { return feature.aggregation()->function != Function::Together; });
    if (made.app.features.empty() || add_pulls(made.app) == 0) continue;
    auto plan = *Plan::compile(made.app);
    MemoryRows rows;
    Interpreter interpreter(made.app);
    for (const auto& event : made.events) plan->apply(event.event(), rows), interpreter.add(event);
    auto newest = std::ranges::max_element(made.events, {}, &RecordedEvent::at)->at;
    for (Timestamp now : {newest + 1h, newest - 26h}) expect_field_is_the_sum(made.app, *plan, rows, interpreter, now);
    if (HasFatalFailure()) return;
    ++tried;
  }
  EXPECT_GT(tried, 20) << "hardly any case had a together feature";
}

App app_with_pull() {
  App app = small_app();
  auto what = aggregation(Function::Together, {0}, {definition::KeyPart{definition::KeyPart::Kind::Item, -1}});
  what.operand = {definition::Operand::Kind::Item, "", -1, definition::Type::Text};
  what.size = 10;
  what.together.half_life = 24h * 7;
  add_feature(app, "also", what);
  definition::Feature pull;
  pull.name = "pull";
  pull.what = definition::Pull{0, 2, 0.5, {}};
  app.features.push_back(std::move(pull));
  return app;
}

TEST(PullField, NamesTheItemThatSpeaksLoudest) {
  SmallWorld world(app_with_pull());
  for (int user = 1; user <= 3; ++user)
    for (uint32_t item : {5, 6}) world.event(0, 0, static_cast<uint32_t>(user), item);
  world.event(0, 0, 9, 7);
  world.event(0, 0, 9, 5);
  std::pmr::monotonic_buffer_resource arena;
  std::vector<PullField::Anchor> anchors{{5, 1}, {7, 0.5}};
  auto strongest = world.plan().pull(0, anchors, from_micros(0), world.rows(), arena).strongest(1);
  ASSERT_EQ(strongest.size(), 1u);
  EXPECT_EQ(strongest[0].item, 6u);
  EXPECT_EQ(strongest[0].anchor, 5u);
}

TEST(PullField, OfAUserWithoutEventsIsZeroEverywhere) {
  SmallWorld world(app_with_pull());
  world.event(0, 0, 1, 5);
  std::pmr::monotonic_buffer_resource arena;
  auto field = world.plan().pull(1, 0, from_micros(0), world.rows(), arena);
  EXPECT_EQ(field.of(5), 0);
  EXPECT_TRUE(field.strongest(5).empty());
}

}  // namespace
}  // namespace augury::feature
