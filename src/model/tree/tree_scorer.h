// A forest as a Scorer: floats the fast way, doubles the exact way.
//
// Immutable after construction; thread-safe.
#pragma once

#include <memory>
#include <string>

#include "model/scorer.h"
#include "model/tree/flat_forest.h"
#include "model/tree/packed_forest.h"

namespace augury::model {

class TreeScorer final : public Scorer {
 public:
  TreeScorer(FlatForest forest, std::string version);

  std::span<const std::string> input_names() const override { return forest_.inputs; }
  int outputs() const override { return static_cast<int>(forest_.outputs); }
  std::string_view version() const override { return version_; }
  double nanoseconds_per_row() const override { return nanoseconds_; }

  Result<void> score(std::span<const float> rows, size_t count, std::span<double> out,
                     Output output = Output::Transformed) const override;
  Result<void> score(std::span<const double> rows, size_t count, std::span<double> out,
                     Output output = Output::Transformed) const override;

  // See attribution.h.
  Result<std::vector<double>> contributions(std::span<const float> row, int output = 0) const override;

  const FlatForest& forest() const { return forest_; }

 private:
  void finish(std::span<double> scores, Output output) const;

  const FlatForest forest_;
  const PackedForest packed_;
  const std::string version_;
  double nanoseconds_ = 0;
};

}  // namespace augury::model
