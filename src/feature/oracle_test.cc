// The plan against the interpreter, on random definitions, events and moments. AUGURY_SEED chooses another run.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "feature/plan.h"
#include "feature/testing/interpreter.h"
#include "feature/testing/memory_rows.h"
#include "feature/testing/random_cases.h"

namespace augury::feature {
namespace {

using definition::Aggregation;
using definition::App;
using definition::Datum;
using definition::Function;

constexpr uint64_t kCases = 5000;

class Driven {
 public:
  explicit Driven(const App& app, const PlanOptions& options = {}) : plan_(*Plan::compile(app, options)) {}

  void apply(const RecordedEvent& event) { plan_->apply(event.event(), rows_); }
  void reopen() {
    auto saved = rows_.save();
    rows_ = {};
    rows_.load(saved);
  }
  Datum ask(const Question& question) {
    uint64_t key = key_word(question.key);
    auto row = rows_.read(static_cast<uint32_t>(plan_->view_of(question.feature)), key, arena_);
    return plan_->value(question.feature, key, row, question.now, rows_, names_, arena_);
  }
  bool has_row(const Question& question) {
    auto view = static_cast<uint32_t>(plan_->view_of(question.feature));
    return !rows_.read(view, key_word(question.key), arena_).empty();
  }
  const Plan& plan() const { return *plan_; }
  MemoryRows& rows() { return rows_; }

 private:
  std::shared_ptr<const Plan> plan_;
  MemoryRows rows_;
  CaseNames names_;
  std::pmr::monotonic_buffer_resource arena_;
};

const Aggregation& asked(const App& app, const Question& question) {
  return *app.features[static_cast<size_t>(question.feature)].aggregation();
}

// What differs, "" if nothing. `built` is what the plan is compiled from, `app` what the interpreter reads.
std::string differences(const RandomCase& made, const App& built, bool reopens, Coverage* coverage) {
  Driven run(built);
  Interpreter interpreter(made.app);
  std::string different;
  auto ask = [&](const std::vector<Question>& questions) {
    for (const Question& question : questions) {
      const Aggregation& what = asked(made.app, question);
      if (coverage && run.has_row(question)) ++(*coverage)[coverage_row(what)];
      auto expected = interpreter.value(question.feature, question.key, question.now);
      auto difference = compare(what, expected, run.ask(question));
      if (!difference.empty())
        different += coverage_row(what) + " (feature " + std::to_string(question.feature) + "): " + difference + "\n";
    }
  };
  for (size_t i = 0; i < made.events.size(); ++i) {
    if (i == made.events_before) {
      ask(made.early);
      if (reopens) run.reopen();
    }
    run.apply(made.events[i]);
    interpreter.add(made.events[i]);
  }
  ask(made.questions);
  return different;
}

TEST(PlanAgainstInterpreter, AgreesOnThousandsOfRandomCases) {
  uint64_t seed = case_seed();
  std::cout << "seed " << seed << ", " << kCases << " cases\n";
  Coverage coverage;
  for (uint64_t number = 0; number < kCases; ++number) {
    auto made = random_case(seed, number);
    auto different = differences(made, made.app, number % 10 == 0, &coverage);
    ASSERT_EQ(different, "") << "AUGURY_SEED=" << seed << ", case " << number;
  }
  for (const auto& row : coverage_rows()) {
    std::cout << "  " << row << std::string(row.size() < 44 ? 44 - row.size() : 1, ' ') << coverage[row] << "\n";
    EXPECT_GE(coverage[row], 10) << row << " was hardly tried; AUGURY_SEED=" << seed;
  }
}

void widen_pane(App& app, int64_t by, int64_t times) {
  for (auto& feature : app.features) {
    auto& what = std::get<Aggregation>(feature.what);
    if (!what.window) continue;
    int64_t panes = what.window->panes();
    what.window->pane = what.window->pane * times + Duration{by};
    what.window->span = what.window->pane * panes;
  }
}

int cases_that_differ(uint64_t seed, int64_t by, int64_t times) {
  int differ = 0;
  for (uint64_t number = 0; number < 300; ++number) {
    auto made = random_case(seed, number);
    App broken = made.app;
    widen_pane(broken, by, times);
    differ += differences(made, broken, false, nullptr).empty() ? 0 : 1;
  }
  return differ;
}

TEST(PlanAgainstInterpreter, NoticesAPaneThatIsAMicrosecondTooWide) {
  EXPECT_GT(cases_that_differ(case_seed(), 1, 1), 0) << "AUGURY_SEED=" << case_seed();
}

TEST(PlanAgainstInterpreter, NoticesAPaneTwiceAsWide) {
  EXPECT_GT(cases_that_differ(case_seed(), 0, 2), 0) << "AUGURY_SEED=" << case_seed();
}

// Everything but together, whatever the order of arrival; last only where no two times are equal.
TEST(PlanAgainstInterpreter, OrderOfArrivalDoesNotChangeOrderFreeValues) {
  uint64_t seed = case_seed();
  base::Random random(seed);
  for (uint64_t number = 0; number < 200; ++number) {
    auto made = random_case(seed, number);
    for (size_t i = 0; i < made.events.size(); ++i) made.events[i].at += Duration{static_cast<int64_t>(i)};
    Driven straight(made.app);
    Driven shuffled(made.app);
    Interpreter interpreter(made.app);
    for (const auto& event : made.events) straight.apply(event), interpreter.add(event);
    for (size_t i = made.events.size(); i > 1; --i) std::swap(made.events[i - 1], made.events[random.below(i)]);
    for (const auto& event : made.events) shuffled.apply(event);
    for (const Question& question : made.questions) {
      const Aggregation& what = asked(made.app, question);
      if (what.function == Function::Together) continue;
      auto expected = interpreter.value(question.feature, question.key, question.now);
      ASSERT_EQ(compare(what, expected, straight.ask(question)), "") << "AUGURY_SEED=" << seed << " case " << number;
      ASSERT_EQ(compare(what, expected, shuffled.ask(question)), "")
          << coverage_row(what) << " shuffled; AUGURY_SEED=" << seed << " case " << number;
    }
  }
}

// Between now and changes_after nothing moves.
TEST(PlanAgainstInterpreter, ValuesStandStillUntilChangesAfter) {
  uint64_t seed = case_seed();
  for (uint64_t number = 0; number < 300; ++number) {
    auto made = random_case(seed, number);
    Driven run(made.app);
    Interpreter interpreter(made.app);
    for (const auto& event : made.events) run.apply(event), interpreter.add(event);
    std::pmr::monotonic_buffer_resource arena;
    for (const Question& question : made.questions) {
      const Aggregation& what = asked(made.app, question);
      auto view = static_cast<uint32_t>(run.plan().view_of(question.feature));
      auto row = run.rows().read(view, key_word(question.key), arena);
      auto until = run.plan().changes_after(question.feature, row, question.now);
      auto later = until == Timestamp::max() ? question.now + std::chrono::hours{24 * 400} : until;
      auto before = interpreter.value(question.feature, question.key, question.now);
      auto after = run.ask({question.feature, question.key, std::max(later, question.now)});
      ASSERT_EQ(compare(what, before, after), "")
          << coverage_row(what) << "; AUGURY_SEED=" << seed << " case " << number;
    }
  }
}

// Two counters a pane: what a full table does, decided by the order of the journal.
TEST(PlanAgainstInterpreter, FullTopTablesLoseTheLeastCounted) {
  uint64_t seed = case_seed();
  int exact = 0;
  int asked_of = 0;
  for (uint64_t number = 0; number < 1500; ++number) {
    auto made = random_case(seed, number);
    std::erase_if(made.app.features,
                  [](const auto& feature) { return feature.aggregation()->function != Function::Top; });
    if (made.app.features.empty()) continue;
    Driven run(made.app, {.top_values_max = 2});
    Interpreter interpreter(made.app, 2);
    Interpreter unbounded(made.app);
    for (const auto& event : made.events) run.apply(event), interpreter.add(event), unbounded.add(event);
    for (Question question : made.questions) {
      question.feature %= static_cast<int>(made.app.features.size());
      const Aggregation& what = asked(made.app, question);
      question.key.resize(what.by.size(), 1);
      auto expected = interpreter.value(question.feature, question.key, question.now);
      ASSERT_EQ(compare(what, expected, run.ask(question)), "")
          << coverage_row(what) << "; AUGURY_SEED=" << seed << " case " << number;
      exact += compare(what, unbounded.value(question.feature, question.key, question.now), run.ask(question)).empty();
      ++asked_of;
    }
  }
  EXPECT_GT(asked_of - exact, 100) << "tables were hardly ever full; AUGURY_SEED=" << seed;
}

TEST(PlanAgainstInterpreter, FullNeighbourListsLoseTheLightest) {
  uint64_t seed = case_seed();
  for (uint64_t number = 0; number < 300; ++number) {
    auto made = random_case(seed, number);
    std::erase_if(made.app.features, [](const auto& feature) {
      const auto* what = feature.aggregation();
      return what->function != Function::Together || what->together.decay == 1;
    });
    if (made.app.features.empty()) continue;
    // Distinct times: no two weights are equal, so no rounding decides who goes.
    for (size_t i = 0; i < made.events.size(); ++i) made.events[i].at += Duration{static_cast<int64_t>(997 * i * i)};
    for (auto& feature : made.app.features) std::get<Aggregation>(feature.what).together.neighbours = 3;
    Driven run(made.app);
    Interpreter interpreter(made.app);
    for (const auto& event : made.events) run.apply(event), interpreter.add(event);
    for (uint32_t item = 1; item <= 12; ++item) {
      Question question{0, {item}, made.questions[0].now};
      auto expected = interpreter.value(0, question.key, question.now);
      ASSERT_EQ(compare(asked(made.app, question), expected, run.ask(question)), "")
          << "item " << item << "; AUGURY_SEED=" << seed << " case " << number;
    }
  }
}

}  // namespace
}  // namespace augury::feature
