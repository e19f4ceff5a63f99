// A scenario: a short play in plain text, as README.md here explains it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"
#include "augury/time.h"

namespace augury::scenarios {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// What is expected of the step before it.
struct Expected {
  std::optional<std::vector<std::string>> items;  // In this order.
  std::optional<std::string> level;
  std::optional<std::string> reason;  // fallback_reason
  std::optional<std::string> variant;
  std::optional<std::string> error;                          // The code beside a degraded answer.
  std::optional<std::string> refused;                        // The code of a refused event.
  std::optional<std::string> value;                          // Of `feature`, as JSON.
  std::vector<std::pair<std::string, std::string>> because;  // item -> explanation
};

struct Step {
  enum class Kind { Event, Item, User, Ask, Breaker, Feature, Restart };
  Kind kind = Kind::Event;
  int line = 0;
  Timestamp at;
  std::string user;  // Event, ask, user, feature.
  std::string verb;  // Event type; breaker state; feature name.
  std::string item;  // Event, item, feature.
  std::string name;  // Breaker.
  int top = 0;
  Pairs pairs;                                                       // name=value: fields, attributes, context.
  std::vector<std::pair<std::string, std::vector<double>>> vectors;  // name=[1,2]: of an item or a user.
  std::vector<std::string> exclude;
  std::vector<std::string> candidates;
  Expected expected;
};

struct Script {
  std::string title;  // The comment it begins with.
  std::string app;    // YAML; a shop with viewed, clicked and bought where none is written.
  std::vector<Step> steps;
};

// Invalid: the line that is not understood.
Result<Script> read_script(std::string_view text);

}  // namespace augury::scenarios
