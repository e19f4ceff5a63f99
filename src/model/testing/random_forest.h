// Random forests and rows that visit every rule: all missing types, categories, chains, single leaves, oblivious trees,
// several values in a leaf.
#pragma once

#include <vector>

#include "base/random.h"
#include "model/tree/flat_forest.h"

namespace augury::model {

struct ForestShape {
  int inputs = 12;
  int trees = 8;
  int leaves_max = 255;
  int depth_max = 30;
  uint32_t outputs = 1;
  bool categories = false;
  Arithmetic arithmetic;
  double oblivious = 0;  // How many of the trees, of 1.
};

FlatForest random_forest(base::Random& random, const ForestShape& shape);

// Values near the thresholds, on them, NaN, zeros, near-zeros, denormals, infinities, categories seen and unseen.
std::vector<float> random_rows(base::Random& random, const FlatForest& forest, size_t count);

}  // namespace augury::model
