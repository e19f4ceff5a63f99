// Reads LightGBM's text models, v2 to v4.
//
// The file may come from anywhere: nothing it says is believed before it is checked, and what is taken in memory is
// bounded by what it contains. Linear trees and objectives without a known transform are refused by name.
#pragma once

#include <string_view>

#include "augury/result.h"
#include "model/tree/flat_forest.h"

namespace augury::model {

// Whether the first bytes of a file say that it is one.
bool is_lightgbm_text(std::string_view file);

// Corrupt: not what LightGBM writes; "model 'x': line 7: found .., expected ..". Invalid: not supported.
Result<FlatForest> read_lightgbm_text(std::string_view file, std::string_view name);

}  // namespace augury::model
