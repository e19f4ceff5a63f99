// Apps and events by hand, for tests that a person should be able to follow.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "definition/app.h"
#include "feature/plan.h"
#include "feature/testing/memory_rows.h"
#include "feature/testing/random_cases.h"

namespace augury::feature {

// click{price} = 0, view = 1, impression = 2; item attributes category (text) and in_stock (boolean).
inline definition::App small_app() {
  using definition::Type;
  definition::App app;
  app.name = "small";
  app.item_attributes = {{"category", Type::Text}, {"in_stock", Type::Boolean}};
  app.events = {
      {"click", true, true, {{"price", Type::Number}}}, {"view", true, true, {}}, {"impression", true, true, {}}};
  return app;
}

inline definition::Aggregation aggregation(definition::Function function, std::vector<int> events,
                                           std::vector<definition::KeyPart> by) {
  definition::Aggregation what;
  what.function = function;
  what.events = std::move(events);
  what.by = std::move(by);
  return what;
}

inline definition::Window window(Duration span, Duration pane) { return {span, pane}; }

inline int add_feature(definition::App& app, std::string name, definition::Aggregation what) {
  definition::Feature feature;
  feature.name = std::move(name);
  feature.what = std::move(what);
  app.features.push_back(std::move(feature));
  return static_cast<int>(app.features.size()) - 1;
}

// A plan over rows in memory.
class SmallWorld {
 public:
  explicit SmallWorld(const definition::App& app, const PlanOptions& options = {})
      : plan_(*Plan::compile(app, options)) {}

  Applied event(int type, int64_t second, uint32_t user, uint32_t item, std::vector<definition::Datum> fields = {},
                std::vector<definition::Datum> item_attributes = {}) {
    Event e;
    e.sequence = ++sequence_;
    e.at = from_micros(second * 1'000'000);
    e.type = type;
    e.user = user;
    e.item = item;
    e.fields = fields;
    e.item_attributes = item_attributes;
    return plan_->apply(e, rows_);
  }
  std::span<const uint64_t> row(int feature, uint64_t key) {
    return rows_.read(static_cast<uint32_t>(plan_->view_of(feature)), key, arena_);
  }
  double number(int feature, uint64_t key, int64_t second) {
    return plan_->number(feature, row(feature, key), from_micros(second * 1'000'000));
  }
  definition::Datum value(int feature, uint64_t key, int64_t second) {
    return plan_->value(feature, key, row(feature, key), from_micros(second * 1'000'000), rows_, names_, arena_);
  }
  const Plan& plan() const { return *plan_; }
  MemoryRows& rows() { return rows_; }
  std::pmr::memory_resource& arena() { return arena_; }

 private:
  std::shared_ptr<const Plan> plan_;
  MemoryRows rows_;
  CaseNames names_;
  std::pmr::monotonic_buffer_resource arena_;
  uint64_t sequence_ = 0;
};

}  // namespace augury::feature
