#include "model/tree/tree_scorer.h"

#include <utility>

#include "model/tree/attribution.h"
#include "model/tree/reference_scorer.h"

namespace augury::model {
namespace {

// Measured, per row: the slower of two machines.
constexpr double kStepNanoseconds = 0.8;    // One decision of a packed tree.
constexpr double kLevelNanoseconds = 0.25;  // One level of an oblivious tree (one machine).
constexpr double kTreeNanoseconds = 1.5;
constexpr double kBranchNanoseconds = 10;  // One decision of a tree walked by the reference.
constexpr double kInputNanoseconds = 2;

double estimate(const FlatForest& forest, const PackedForest& packed) {
  double steps = 0;
  for (const FlatTree& tree : forest.trees)
    steps += kTreeNanoseconds + tree.depth * (tree.categorical ? kBranchNanoseconds
                                              : tree.oblivious ? kLevelNanoseconds
                                                               : kStepNanoseconds);
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
  return path_attribution(forest_, row, static_cast<uint32_t>(output));
}

}  // namespace augury::model
