// Reads CatBoost models saved as JSON (save_model(format='json')): oblivious trees and those of the other grow
// policies.
//
// Refused by name: splits on categorical features, one-hot or by statistics (CTR), because their values are hashes of
// text; text and embedding features; losses without a known transform. A categorical feature that no tree asks for is
// an input like another.
#pragma once

#include <string_view>

#include "augury/result.h"
#include "model/tree/flat_forest.h"

namespace augury::model {

// Corrupt: not what CatBoost writes; "model 'x': tree 3: byte 7: found ..". Invalid: not supported.
Result<FlatForest> read_catboost_json(std::string_view file, std::string_view name);

}  // namespace augury::model
