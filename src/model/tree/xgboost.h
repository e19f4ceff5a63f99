// Reads XGBoost models, JSON and UBJSON, as Booster.save_model writes them from 1.0 to 3.2: gbtree and dart.
//
// Scores with all trees, as Booster.predict does, not only up to best_iteration. Refused by name: gblinear, leaves with
// several values, objectives that are not known. The old binary format has no marker of its own; it is known by the
// names of its objective and booster.
#pragma once

#include <string_view>

#include "augury/result.h"
#include "model/tree/flat_forest.h"

namespace augury::model {

// Whether the file is of the format that XGBoost wrote before JSON and dropped in 3.1.
bool is_xgboost_binary(std::string_view file);

// Corrupt: not what XGBoost writes; "model 'x': tree 3: left_children: ..". Invalid: not supported.
Result<FlatForest> read_xgboost(std::string_view file, std::string_view name);

}  // namespace augury::model
