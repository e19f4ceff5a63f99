// Reads LightGBM's JSON dump (Booster.dump_model), v2 to v4: the same trees as the text form.
//
// Dumps of versions before 2.3 name no objective: their scores are margins. Linear trees and objectives without a known
// transform are refused by name.
#pragma once

#include <string_view>

#include "augury/result.h"
#include "model/tree/flat_forest.h"

namespace augury::model {

// Corrupt: not what LightGBM writes; "model 'x': byte 7: found .., expected ..". Invalid: not supported.
Result<FlatForest> read_lightgbm_json(std::string_view file, std::string_view name);

}  // namespace augury::model
