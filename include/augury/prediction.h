// One question and its answer.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "augury/position.h"
#include "augury/time.h"
#include "augury/value.h"

namespace augury {

// Borrowed: lives for the call only; an engine that has to wait copies what it still needs.
struct PredictRequest {
  std::string_view app;  // Empty: the only app.
  std::string_view user_id;
  std::string_view session_id;
  std::string_view placement;                    // Empty: the only placement.
  std::span<const NamedValue> context;           // Without `timestamp`, which is `now`.
  std::optional<Timestamp> now;                  // Absent: the time of receipt. More than 5 min ahead of it: Invalid.
  std::span<const std::string_view> candidates;  // Rank these (at most 10,000) instead of recalling.
  std::span<const std::string_view> exclude;
  std::optional<int> count;          // 1..1,000; absent: the placement's.
  std::string_view model_variant;    // Empty or "auto": the experiment decides.
  std::optional<Duration> deadline;  // From receipt; absent: the placement's.
  bool explain = false;
};

// The rung of the ladder that answered, best first.
enum class Level { Primary, Cached, Simplified, Popular, Static };

constexpr std::string_view to_string(Level level) {
  switch (level) {
    case Level::Primary:
      return "PRIMARY";
    case Level::Cached:
      return "CACHED";
    case Level::Simplified:
      return "SIMPLIFIED";
    case Level::Popular:
      return "POPULAR";
    case Level::Static:
      return "STATIC";
  }
  return "UNKNOWN";
}

// Why an item is there: either a recall source or a feature's share of the score.
struct Reason {
  std::string source;       // "own", "related", "popular", "recent", "request"; empty for a feature.
  std::string to;           // The item it is related to, if any.
  std::string feature;      // Empty for a source.
  double contribution = 0;  // In units of the blended score.
};

struct PredictedItem {
  std::string item_id;
  double score = 0;
  int rank = 0;  // From 1.
  std::string explanation;
  std::vector<Reason> reasons;  // Only when the request asked to explain.
};

// What went wrong behind a degraded answer.
struct Degradation {
  std::string code;  // PREDICTION_TIMEOUT FEATURE_STORE_UNAVAILABLE MODEL_UNAVAILABLE CIRCUIT_OPEN OVERLOADED
  std::string message;
};

// A degraded answer is a Prediction like any other; `level`, `fallback` and `error` say what it is.
struct Prediction {
  std::string prediction_id;  // 26 characters, sortable by time (ULID).
  std::string user_id;
  std::vector<PredictedItem> items;

  std::string model_version;                                // "ranker@3fa9c2d1e0b4+ncf@…"
  std::vector<std::pair<std::string, std::string>> models;  // name -> version, of the members that answered.
  std::optional<std::string> experiment_id;
  std::optional<std::string> variant;
  double propensity = 1;

  Level level = Level::Primary;
  bool fallback = false;
  std::optional<std::string> fallback_reason;
  std::optional<Degradation> error;
  bool cache_hit = false;
  std::optional<std::string> cache_level;  // "L1"

  Timestamp now;
  Position position;          // Everything up to here was seen.
  double feature_age_ms = 0;  // Since the newest event the answer could see was taken.
  double latency_ms = 0;
  std::vector<std::pair<std::string, double>> stages_ms;  // fetch, recall, score, ...
};

}  // namespace augury
