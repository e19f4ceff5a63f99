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

// As goes_left() for forests of floats: the only category that is none is NaN, and numbers from 2^24 on are in no set.
bool float_goes_left(const FlatForest& forest, const FlatNode& node, float value) {
  if (std::isnan(value)) return node.default_left;
  if (node.categorical) return value >= 0 && value < 0x1p24f && in_categories(forest, node, static_cast<double>(value));
  const auto threshold = static_cast<float>(node.threshold);
  return forest.arithmetic.strict ? value < threshold : value <= threshold;
}

}  // namespace

bool goes_left(const FlatForest& forest, const FlatNode& node, double value) {
  if (forest.arithmetic.float_inputs) return float_goes_left(forest, node, static_cast<float>(value));
  if (node.categorical) return in_categories(forest, node, value);
  if (std::abs(value) <= static_cast<double>(kZero)) value = 0;
  if (std::isnan(value) && node.missing != Missing::NaN) value = 0;
  const bool missing = node.missing == Missing::Zero ? value == 0 : std::isnan(value);
  return missing ? node.default_left : value <= node.threshold;
}

template <typename Value>
size_t leaf_of(const FlatForest& forest, const FlatTree& tree, const Value* row) {
  const auto left = [&](size_t at) {
    const FlatNode& node = forest.nodes[tree.first_node + at];
    return goes_left(forest, node, static_cast<double>(row[node.feature]));
  };
  size_t leaf = 0;
  if (tree.oblivious) {
    for (size_t level = 0; level < tree.depth; ++level) leaf |= (left(level) ? size_t{0} : size_t{1}) << level;
  } else {
    int32_t at = tree.leaf_count == 1 ? ~0 : 0;
    while (at >= 0) {
      const FlatNode& node = forest.nodes[tree.first_node + static_cast<size_t>(at)];
      at = left(static_cast<size_t>(at)) ? node.left : node.right;
    }
    leaf = static_cast<size_t>(~at);
  }
  return tree.first_leaf + leaf * tree.width;
}

template <typename Value>
void reference_margins(const FlatForest& forest, const Value* row, std::span<double> margins) {
  for (size_t i = 0; i < margins.size(); ++i) margins[i] = forest.start.empty() ? 0 : forest.start[i];
  for (const FlatTree& tree : forest.trees) {
    const double* leaf = forest.leaves.data() + leaf_of(forest, tree, row);
    for (size_t k = 0; k < tree.width; ++k) {
      double& margin = margins[tree.output + k];
      margin += leaf[k];
      if (forest.arithmetic.float_sums) margin = static_cast<double>(static_cast<float>(margin));
    }
  }
  if (forest.bias.empty()) return;
  for (size_t i = 0; i < margins.size(); ++i) margins[i] = margins[i] * forest.scale + forest.bias[i];
}

template size_t leaf_of(const FlatForest&, const FlatTree&, const float*);
template size_t leaf_of(const FlatForest&, const FlatTree&, const double*);
template void reference_margins(const FlatForest&, const float*, std::span<double>);
template void reference_margins(const FlatForest&, const double*, std::span<double>);

}  // namespace augury::model
