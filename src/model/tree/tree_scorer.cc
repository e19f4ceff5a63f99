#include "model/tree/tree_scorer.h"

#include <utility>

#include "model/tree/reference_scorer.h"

namespace augury::model {
namespace {

// Measured, per row: the slower of two machines.
constexpr double kStepNanoseconds = 0.8;  // One decision of a packed tree.
constexpr double kTreeNanoseconds = 1.5;
constexpr double kBranchNanoseconds = 10;  // One decision of a tree walked by the reference.
constexpr double kInputNanoseconds = 2;

double estimate(const FlatForest& forest, const PackedForest& packed) {
  double steps = 0;
  for (const FlatTree& tree : forest.trees)
    steps += kTreeNanoseconds + tree.depth * (tree.categorical ? kBranchNanoseconds : kStepNanoseconds);
  if (packed.packed_trees() == 0) return steps;
  return steps + kInputNanoseconds * static_cast<double>(forest.inputs.size());
}

}  // namespace

TreeScorer::TreeScorer(FlatForest forest, std::string version)
    : forest_(std::move(forest)), packed_(forest_), version_(std::move(version)) {
  nanoseconds_ = estimate(forest_, packed_);
}

Result<void> TreeScorer::score(std::span<const float> rows, size_t count, std::span<double> out, Output output) const {
  AUGURY_TRY_VOID(check_shape(rows.size(), count, out.size()));
  packed_.margins(rows.data(), count, out.data());
  finish(out, output);
  return {};
}

Result<void> TreeScorer::score(std::span<const double> rows, size_t count, std::span<double> out, Output output) const {
  AUGURY_TRY_VOID(check_shape(rows.size(), count, out.size()));
  for (size_t row = 0; row < count; ++row)
    reference_margins(forest_, rows.data() + row * forest_.inputs.size(),
                      out.subspan(row * forest_.outputs, forest_.outputs));
  finish(out, output);
  return {};
}

void TreeScorer::finish(std::span<double> scores, Output output) const {
  if (output == Output::Margin) return;
  if (forest_.average)
    for (double& score : scores) score /= forest_.rounds();
  for (size_t first = 0; first < scores.size(); first += forest_.outputs)
    apply_link(forest_.link, scores.subspan(first, forest_.outputs));
}

Result<std::vector<double>> TreeScorer::contributions(std::span<const float> row, int output) const {
  if (row.size() != forest_.inputs.size() || output < 0 || output >= outputs())
    return Error{Code::Invalid, "contributions: found " + std::to_string(row.size()) + " values for output " +
                                    std::to_string(output) + ", expected " + std::to_string(forest_.inputs.size()) +
                                    " for one of " + std::to_string(forest_.outputs)};
  std::vector<double> moved(forest_.inputs.size());
  for (size_t t = static_cast<size_t>(output); t < forest_.trees.size(); t += forest_.outputs) {
    const FlatTree& tree = forest_.trees[t];
    for (int32_t at = tree.leaf_count == 1 ? -1 : 0; at >= 0;) {
      const size_t here = tree.first_node + static_cast<size_t>(at);
      const FlatNode& node = forest_.nodes[here];
      const auto feature = static_cast<size_t>(node.feature);
      at = goes_left(forest_, node, static_cast<double>(row[feature])) ? node.left : node.right;
      const double below = at < 0 ? forest_.leaves[tree.first_leaf + static_cast<size_t>(~at)]
                                  : forest_.node_values[tree.first_node + static_cast<size_t>(at)];
      moved[feature] += below - forest_.node_values[here];
    }
  }
  return moved;
}

}  // namespace augury::model
