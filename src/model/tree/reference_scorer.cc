#include "model/tree/reference_scorer.h"

#include <algorithm>
#include <cmath>

namespace augury::model {
namespace {

bool in_categories(const FlatForest& forest, const FlatNode& node, double value) {
  if (!(value > -1 && value < 2147483648.0)) return false;  // Also NaN.
  const auto category = static_cast<uint32_t>(value < 0 ? 0 : value);
  if (category / 32 >= node.category_words) return false;
  return (forest.category_words[node.category_first + category / 32] >> (category % 32) & 1) != 0;
}

}  // namespace

bool goes_left(const FlatForest& forest, const FlatNode& node, double value) {
  if (node.categorical) return in_categories(forest, node, value);
  if (std::abs(value) <= static_cast<double>(kZero)) value = 0;
  if (std::isnan(value) && node.missing != Missing::NaN) value = 0;
  const bool missing = node.missing == Missing::Zero ? value == 0 : std::isnan(value);
  return missing ? node.default_left : value <= node.threshold;
}

template <typename Value>
size_t leaf_of(const FlatForest& forest, const FlatTree& tree, const Value* row) {
  if (tree.leaf_count == 1) return tree.first_leaf;
  int32_t at = 0;
  while (at >= 0) {
    const FlatNode& node = forest.nodes[tree.first_node + static_cast<size_t>(at)];
    at = goes_left(forest, node, static_cast<double>(row[node.feature])) ? node.left : node.right;
  }
  return tree.first_leaf + static_cast<size_t>(~at);
}

template <typename Value>
void reference_margins(const FlatForest& forest, const Value* row, std::span<double> margins) {
  std::fill(margins.begin(), margins.end(), 0.0);
  for (size_t t = 0; t < forest.trees.size(); ++t)
    margins[t % forest.outputs] += forest.leaves[leaf_of(forest, forest.trees[t], row)];
}

template size_t leaf_of(const FlatForest&, const FlatTree&, const float*);
template size_t leaf_of(const FlatForest&, const FlatTree&, const double*);
template void reference_margins(const FlatForest&, const float*, std::span<double>);
template void reference_margins(const FlatForest&, const double*, std::span<double>);

}  // namespace augury::model
