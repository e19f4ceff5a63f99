// A neural network as a Scorer: columns of numbers become its inputs, its one output the score.
//
// Inputs. Every input has the rows in its first dimension, found by shape: any size, or one fixed size that all inputs
// share (rows then go through in groups of it). One input of [rows, columns] takes its columns by place: the names are
// the file's own ("feature_names" in its metadata) or the caller's order. Several inputs are known by name: [rows] and
// [rows, 1] are one column, [rows, n] the columns name[0] .. name[n-1]. Elements are float or double (computed as
// float), or whole numbers below 2^31 (int32, int64) for tables looked up by number.
//
// Output. The one output of floats: [rows] or [rows, 1]; of [rows, 2] the last column, the probability of the second
// class; of [rows, n] n scores. Output::Margin and Output::Transformed are the same: the network ends where it ends.
//
// Missing values. A network has no notion of one. A row with a missing (NaN) input scores missing, unless the network
// itself asks IsNaN, and always if the input is a whole number.
//
// Immutable after construction; thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/neural/onnx_file.h"
#include "model/neural/runtime.h"
#include "model/scorer.h"

namespace augury::model {

class NeuralScorer final : public Scorer {
 public:
  // Invalid: inputs or outputs that are none of the above, by name; what the runtime refuses, in its words.
  static Result<std::shared_ptr<const Scorer>> make(const NeuralRuntime& runtime, OnnxFile file, std::string_view name,
                                                    std::string version);

  std::span<const std::string> input_names() const override { return names_; }
  bool has_names() const override { return has_names_; }
  int outputs() const override { return static_cast<int>(outputs_); }
  std::string_view version() const override { return version_; }
  double nanoseconds_per_row() const override { return nanoseconds_; }
  bool is_bounded() const override { return false; }

  Result<void> score(std::span<const float> rows, size_t count, std::span<double> out,
                     Output output = Output::Transformed) const override;
  Result<void> score(std::span<const double> rows, size_t count, std::span<double> out,
                     Output output = Output::Transformed) const override;
  // Invalid: a network is not a sum of its inputs.
  Result<std::vector<double>> contributions(std::span<const float> row, int output = 0) const override;

 private:
  struct Port {
    std::string name;
    ElementType type = ElementType::Float32;
    size_t column = 0;  // The first of its columns.
    size_t width = 1;
    bool is_flat = false;  // [rows], not [rows, width].
  };
  class Group;

  NeuralScorer() = default;
  Result<void> bind(const OnnxFile& file);
  Result<void> bind_input(const NeuralPort& from, size_t of);
  Result<void> bind_output();
  template <typename Value>
  Result<void> score_rows(std::span<const Value> rows, size_t count, std::span<double> out) const;
  template <typename Value>
  Result<void> score_group(std::span<const Value> rows, size_t first, size_t count, std::span<double> out) const;

  std::unique_ptr<NeuralNetwork> network_;
  std::vector<Port> ports_;
  std::vector<std::string> names_;
  bool has_names_ = true;
  bool handles_missing_ = false;
  size_t fixed_rows_ = 0;  // 0: any number at once.
  size_t width_ = 1;       // Of the network's output.
  size_t outputs_ = 1;     // Of what we answer.
  std::string version_;
  double nanoseconds_ = 0;
};

}  // namespace augury::model
