#include "model/tree/attribution.h"

#include "model/tree/reference_scorer.h"

namespace augury::model {
namespace {

struct Question {
  const FlatForest& forest;
  std::span<const float> row;
  uint32_t output;

  bool left(const FlatNode& node) const {
    return goes_left(forest, node, static_cast<double>(row[static_cast<size_t>(node.feature)]));
  }
};

void attribute_path(const Question& asked, const FlatTree& tree, std::vector<double>& moved) {
  const FlatForest& forest = asked.forest;
  const size_t k = asked.output - tree.output;
  const auto average = [&](int32_t child) {
    const auto at = static_cast<size_t>(child < 0 ? ~child : child);
    return child < 0 ? forest.leaves[tree.first_leaf + at * tree.width + k]
                     : forest.node_values[tree.first_value + at * tree.width + k];
  };
  for (int32_t at = tree.leaf_count == 1 ? ~0 : 0; at >= 0;) {
    const FlatNode& node = forest.nodes[tree.first_node + static_cast<size_t>(at)];
    const int32_t next = asked.left(node) ? node.left : node.right;
    moved[static_cast<size_t>(node.feature)] += average(next) - average(at);
    at = next;
  }
}

// The average of the leaves whose numbers end in the `known` lowest bits of `leaf`.
double level_average(const Question& asked, const FlatTree& tree, size_t leaf, size_t known) {
  const FlatForest& forest = asked.forest;
  double sum = 0;
  double weights = 0;
  double plain = 0;
  const size_t count = tree.leaf_count >> known;
  for (size_t i = 0; i < count; ++i) {
    const size_t at = (leaf & ((size_t{1} << known) - 1)) | i << known;
    const double value = forest.leaves[tree.first_leaf + at * tree.width + (asked.output - tree.output)];
    const double weight = tree.weighted ? forest.leaf_weights[tree.first_value + at] : 1;
    sum += value * weight;
    weights += weight;
    plain += value;
  }
  return weights > 0 ? sum / weights : plain / static_cast<double>(count);
}

void attribute_levels(const Question& asked, const FlatTree& tree, std::vector<double>& moved) {
  size_t leaf = 0;
  double before = level_average(asked, tree, leaf, 0);
  for (size_t level = 0; level < tree.depth; ++level) {
    const FlatNode& node = asked.forest.nodes[tree.first_node + level];
    leaf |= (asked.left(node) ? size_t{0} : size_t{1}) << level;
    const double after = level_average(asked, tree, leaf, level + 1);
    moved[static_cast<size_t>(node.feature)] += after - before;
    before = after;
  }
}

}  // namespace

std::vector<double> path_attribution(const FlatForest& forest, std::span<const float> row, uint32_t output) {
  std::vector<double> moved(forest.inputs.size());
  const Question asked{forest, row, output};
  for (const FlatTree& tree : forest.trees) {
    if (output < tree.output || output >= tree.output + tree.width) continue;
    if (tree.oblivious)
      attribute_levels(asked, tree, moved);
    else
      attribute_path(asked, tree, moved);
  }
  if (!forest.bias.empty())
    for (double& part : moved) part *= forest.scale;
  return moved;
}

}  // namespace augury::model
