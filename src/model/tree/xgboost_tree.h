// One tree of an XGBoost model, as the file lists it, into the form all formats share.
#pragma once

#include <cstdint>

#include "augury/result.h"
#include "model/tree/model_document.h"

namespace augury::model {

// Reads the tree that stands here. Nodes that pruning left behind are passed over; categories of a split go right in
// XGBoost, so its children change places. Corrupt or Invalid, without saying which tree.
Result<RawTree> read_xgboost_tree(wire::ValueStream& in, CategorySets& sets);

}  // namespace augury::model
