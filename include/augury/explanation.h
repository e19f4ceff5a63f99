// Why an answer was what it was: what the journal remembers of it, and what can be computed again.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "augury/entity.h"
#include "augury/feature.h"
#include "augury/prediction.h"

namespace augury {

// Of which moment the feature values, sources and contributions of an explanation are.
enum class ValuesAsOf {
  Answer,    // The rows as they were at the answer's position, read at its `now`: what the answer saw.
  Position,  // The same rows, but something the answer depended on is not known any more; `doubts` says what.
  Now,       // The rows could not be brought back; these are today's. `doubts` says why.
  None,      // Nothing could be computed; only what the journal remembers is there. `doubts` says why.
};

constexpr std::string_view to_string(ValuesAsOf of) {
  switch (of) {
    case ValuesAsOf::Answer:
      return "answer";
    case ValuesAsOf::Position:
      return "position";
    case ValuesAsOf::Now:
      return "now";
    case ValuesAsOf::None:
      return "none";
  }
  return "unknown";
}

using NamedFeatures = std::vector<std::pair<std::string, FeatureValue>>;

struct ExplainedItem {
  std::string item_id;
  int rank = 0;                      // As shown; 0: a candidate that was not.
  std::optional<double> score;       // As journaled; of items shown only.
  std::optional<double> recomputed;  // Absent: not computed.
  std::vector<Reason> reasons;       // Sources first, then contributions; computed, not journaled.
  NamedFeatures features;            // Of the item, and of the user with it; items shown only.
};

struct Explanation {
  // ---- What the journal remembers ----
  std::string prediction_id;
  std::string app;
  std::string placement;
  std::string user_id;
  std::string session_id;
  Timestamp now;
  Timestamp receipt;
  Position position;  // What the answer had seen.
  Position sequence;  // Where the journal keeps it.
  Level level = Level::Primary;
  bool cache_hit = false;
  std::optional<std::string> fallback_reason;
  std::optional<std::string> experiment_id;
  std::optional<std::string> variant;
  double propensity = 1;
  struct Member {
    std::string name;
    std::string version;  // Empty for a feature.
    double weight = 0;    // As used.
  };
  std::vector<Member> members;
  std::vector<std::pair<std::string, OwnedValue>> context;
  bool explained = false;        // Asked with "explain": its candidates were kept.
  bool candidates_kept = false;  // Else the candidates are those computed again.

  // ---- What was computed again ----
  ValuesAsOf values_as_of = ValuesAsOf::None;
  bool exact = false;               // Every score came out the same to the bit.
  std::vector<std::string> doubts;  // Why not, in words; empty when exact.
  uint64_t records_replayed = 0;
  std::vector<ExplainedItem> items;  // As shown, first rank first.
  std::vector<ExplainedItem> candidates;
  NamedFeatures features;          // Of the user, session and context.
  std::vector<std::string> rules;  // Of the placement, in words: recall, filter, score, choose.
};

}  // namespace augury
