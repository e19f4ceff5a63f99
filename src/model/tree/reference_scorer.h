// The slow, obvious way through a forest: the oracle of every fast one.
//
// One row, one tree, one node at a time, summed in tree order: to the bit what the library that trained the forest
// gives as raw score. Takes floats and doubles; a float means the double of the same value.
#pragma once

#include <span>

#include "model/tree/flat_forest.h"

namespace augury::model {

// Where in forest.leaves the values of the leaf that `row` falls in begin.
template <typename Value>
size_t leaf_of(const FlatForest& forest, const FlatTree& tree, const Value* row);

// `margins` holds forest.outputs values.
template <typename Value>
void reference_margins(const FlatForest& forest, const Value* row, std::span<double> margins);

// Where `value` goes at `node`.
bool goes_left(const FlatForest& forest, const FlatNode& node, double value);

}  // namespace augury::model
