// What features are worth, the slow and obvious way: keep every event, and at each question add up what counts.
//
// Written from the definitions alone; it shares no code with the plan that it judges.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "definition/app.h"
#include "definition/datum.h"
#include "feature/event.h"

namespace augury::feature {

// An event with everything it borrows from kept beside it. Texts in it point to whoever made them.
struct RecordedEvent {
  uint64_t sequence = 0;
  Timestamp at;
  int type = 0;
  uint32_t user = 0;
  uint32_t item = 0;
  uint32_t session = 0;
  std::string item_id;
  std::vector<definition::Datum> fields;
  std::vector<definition::Datum> item_attributes;
  std::vector<definition::Datum> user_attributes;
  std::vector<ContextDatum> context;

  Event event() const;  // Borrows.
};

// Whose value is asked for: the parts of a key in the order of `by`.
using AskedKey = std::vector<uint32_t>;

struct AskedValue {
  bool missing = false;
  double number = 0;
  std::vector<std::pair<std::string, double>> list;
  double scale = 0;  // Decayed: the sum of |x| * weight, which errors are measured against.
};

class Interpreter {
 public:
  // `top_values_max` as in PlanOptions. Borrows `app`.
  explicit Interpreter(const definition::App& app, int top_values_max = 1000);

  // In journal order.
  void add(RecordedEvent event);
  AskedValue value(int feature, const AskedKey& key, Timestamp now) const;
  // Of a pull(...) feature.
  double pull(int feature, uint32_t user, uint32_t item, Timestamp now) const;

  const std::deque<RecordedEvent>& events() const { return events_; }
  // Name of a number, as lists show it: "item7", "text3".
  static std::string name(definition::NameKind kind, uint32_t number);

 private:
  const definition::App& app_;
  int top_values_max_;
  std::deque<RecordedEvent> events_;
};

}  // namespace augury::feature
