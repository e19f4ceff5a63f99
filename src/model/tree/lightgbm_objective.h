// What a LightGBM objective does to the sum of the trees.
#pragma once

#include <cstdint>
#include <string_view>

#include "augury/result.h"
#include "model/tree/link.h"

namespace augury::model {

// `text` is the value of the model's objective line, "binary sigmoid:1". Corrupt: a parameter that cannot be.
// Invalid: an objective that is not known. The message says what was found and expected, not where.
Result<Link> lightgbm_link(std::string_view text, uint32_t outputs);

}  // namespace augury::model
