// The most frequent values, from what top tables count pane by pane.
//
// A pane that never had more values than it has room for counts exactly. In one that had, each value's count is too
// high by at most its error, and a value that has no entry was seen at most as often as the least counted one: at most
// one event in PlanOptions::top_values_max of that pane. Where other panes know the value, that much is added for it,
// so a count is never too low.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>

#include "definition/datum.h"
#include "feature/layout.h"
#include "feature/plan.h"

namespace augury::feature {

// The `place.size` first of all values in `entries` (a TopTable's, of the panes that count): count descending, ties by
// the bytes of names. Weights are counts.
std::span<const definition::ListEntry> most_frequent(const FeaturePlace& place, std::span<const uint64_t> entries,
                                                     const NameSource& names, std::pmr::memory_resource& arena);

}  // namespace augury::feature
