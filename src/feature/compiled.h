// What a plan compiles to: per event type, exactly the rows it opens and the places it changes there.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "definition/app.h"
#include "feature/event.h"
#include "feature/layout.h"
#include "feature/plan.h"
#include "feature/together.h"

namespace augury::feature {

// A group of a view, as one event type meets it.
struct GroupUpdate {
  uint32_t group = 0;
  uint8_t roles = 0;
  int field = -1;  // Of the event's fields; -1: it has none of that name.
};

struct ViewUpdate {
  uint32_t view = 0;
  uint32_t features = 0;
  uint32_t expected = 0;  // Words of a new row after one such event.
  std::vector<GroupUpdate> groups;
};

struct TypeProgram {
  std::string name;
  std::vector<std::string> fields;
  bool needs_item_attributes = false;
  bool needs_user_attributes = false;
  bool needs_item_id = false;
  std::vector<ViewUpdate> views;
  std::vector<uint32_t> together;  // Of Compiled::together.
};

struct Plan::Compiled {
  std::vector<View> views;
  std::vector<ViewLayout> layouts;   // By view; without groups for the views of together.
  std::vector<FeaturePlace> places;  // By feature.
  std::vector<Together> together;
  std::vector<definition::Pull> pulls;
  std::vector<definition::Expression> conditions;
  std::vector<TypeProgram> types;  // By event type.
};

// The `where` conditions of one event, each evaluated at most once.
class Conditions {
 public:
  Conditions(const std::vector<definition::Expression>& all, const TypeProgram& type, const Event& event)
      : all_(all), type_(type), event_(event) {
    known_.fill(Unknown);
  }
  bool holds(int condition) {
    if (condition < 0) return true;
    auto i = static_cast<size_t>(condition);
    if (i >= known_.size()) return evaluate(i);
    if (known_[i] == Unknown) known_[i] = evaluate(i) ? True : False;
    return known_[i] == True;
  }

 private:
  enum Known : uint8_t { Unknown, False, True };
  bool evaluate(size_t condition) const;

  const std::vector<definition::Expression>& all_;
  const TypeProgram& type_;
  const Event& event_;
  std::array<Known, 64> known_;
};

}  // namespace augury::feature
