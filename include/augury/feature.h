// Asking what features are worth.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "augury/position.h"
#include "augury/time.h"
#include "augury/value.h"

namespace augury {

// The value of a list feature: members with their weight, first is strongest or newest.
using WeightedList = std::vector<std::pair<std::string, double>>;

// monostate = missing (null in JSON, NaN in a matrix).
using FeatureValue = std::variant<std::monostate, double, bool, std::string, WeightedList, std::vector<float>>;

// Borrowed: lives for the call only.
struct FeatureQuery {
  std::string_view app;  // Empty: the only app.
  std::span<const std::string_view> user_ids;
  std::span<const std::string_view> item_ids;
  std::span<const std::string_view> feature_names;
  std::span<const NamedValue> context;
  std::string_view session_id;
  std::optional<Timestamp> now;  // Absent: the time of receipt.
};

// One value: of a user (item empty), of an item (user empty), of a pair, or of neither (session, everyone, now).
struct FeatureCell {
  std::string user_id;
  std::string item_id;
  std::string feature;
  FeatureValue value;
};

struct FeatureTable {
  std::vector<FeatureCell> cells;
  Position position;  // Everything up to here is in the values.
  Timestamp now;
  double latency_ms = 0;
};

}  // namespace augury
