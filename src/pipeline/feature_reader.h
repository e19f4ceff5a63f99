// What features are worth now: of users, of items, of pairs, of neither.
//
// The same values that answers are made of: the same steps over the same rows.
#pragma once

#include "augury/feature.h"
#include "augury/result.h"
#include "pipeline/snapshot.h"
#include "store/store.h"

namespace augury::pipeline {

// A feature of the user alone gives a cell per user, of the item (or its attribute) one per item, of both one per
// pair, and of neither (session, everyone, context, now) one.
// NotFound: an unknown feature, with the nearest name. Invalid: `now`, or more than kCellsMax cells asked for.
constexpr size_t kCellsMax = 100'000;
Result<FeatureTable> read_features(const FeatureQuery& query, const Snapshot& snapshot, const store::Store& store,
                                   Timestamp receipt);

}  // namespace augury::pipeline
