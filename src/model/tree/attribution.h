// Which inputs moved the score of a row, and how far.
//
// Saabas' path attribution (2014): at each decision the feature tested gets the change of the average output below.
// Averages are of the leaves, weighted by their training rows: what files say of inner nodes leaves out, in older
// versions, the average that training started from.
#pragma once

#include <span>
#include <vector>

#include "model/tree/flat_forest.h"

namespace augury::model {

// For the margin of `output`, by input. `row` holds one value for each input.
std::vector<double> path_attribution(const FlatForest& forest, std::span<const float> row, uint32_t output);

}  // namespace augury::model
