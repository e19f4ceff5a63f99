// What a row says at a moment, for a feature whose place is known: counts and sums, extremes, times, lists.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>

#include "definition/datum.h"
#include "feature/layout.h"
#include "feature/plan.h"

namespace augury::feature {

// max(now, the newest event counted). Likewise below: `now` and clocks in microseconds.
int64_t clock_of(const FeaturePlace& place, std::span<const uint64_t> row, int64_t now);

// NaN where missing; times in seconds since 1970.
double number_in(const FeaturePlace& place, std::span<const uint64_t> row, int64_t now);
// Of first_time and last_time.
definition::Datum time_in(const FeaturePlace& place, std::span<const uint64_t> row, int64_t now);
// Of top, last and first.
definition::Datum list_in(const FeaturePlace& place, std::span<const uint64_t> row, int64_t now,
                          const NameSource& names, std::pmr::memory_resource& arena);

// The oldest pane the window still covers; false if it covers none.
bool oldest_pane(const FeaturePlace& place, std::span<const uint64_t> row, int64_t clock, int64_t& oldest);

// The entries of a feature's section that its window covers at `clock`: oldest first, `stride` words each.
std::span<const uint64_t> covered(const FeaturePlace& place, std::span<const uint64_t> row, int64_t clock);

// A list entry's `id`, from the number of a name or the bits of an amount.
definition::ListEntry entry_of(const FeaturePlace& place, uint64_t value, const NameSource& names,
                               std::pmr::memory_resource& arena);

}  // namespace augury::feature
