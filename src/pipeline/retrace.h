// An answer of the past, computed again over a store that holds the rows it saw.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "augury/prediction.h"
#include "augury/result.h"
#include "pipeline/snapshot.h"
#include "store/store.h"

namespace augury::pipeline {

// What is remembered of it. Borrowed: lives for the call only.
struct PastAnswer {
  std::string_view placement;
  std::string_view variant;  // Empty: none.
  Level level = Level::Primary;
  std::string_view user_id;
  std::string_view session_id;
  std::span<const NamedValue> context;
  Timestamp now;
  std::span<const std::string_view> shown;
  std::span<const std::string_view> candidates;  // Those that were kept, in order; none: recall finds them again.
  std::span<const std::string_view> members;     // That answered.
};

struct RetracedItem {
  std::string id;
  double score = 0;
  std::vector<Reason> reasons;  // Sources only, unless it was shown.
};

struct Retraced {
  std::vector<RetracedItem> items;    // Every candidate, best first.
  std::vector<std::string> features;  // That the ranking, the recall and the filter read, hidden ones too.
};

// NotFound: the placement or the variant is not in the snapshot any more. Invalid: what was asked cannot be asked.
// Exclusions of the request are not remembered: an item it left out may be among those recalled again.
Result<Retraced> retrace(const std::shared_ptr<const Snapshot>& snapshot, const store::Store& store,
                         const PastAnswer& past);

}  // namespace augury::pipeline
