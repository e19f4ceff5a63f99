// Turns rows of feature values into scores.
//
// A row holds one float per input, in the order of input_names(); a missing value is NaN. What a scorer answers for a
// row depends on that row alone, to the bit: not on the rows beside it, not on the machine. (A neural network's answer
// may move by 1e-6, relative, with the number of rows beside it and the kind of machine.)
//
// Immutable after construction, so any number of threads may score at once.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"

namespace augury::model {

enum class Output {
  Transformed,  // What the library that trained the model predicts: a probability, a rate, ...
  Margin,       // The sum before that transform, the "raw score".
};

class Scorer {
 public:
  virtual ~Scorer() = default;

  virtual std::span<const std::string> input_names() const = 0;
  // False: the file names no features, and input_names() only says which place is which; the caller brings an order.
  virtual bool has_names() const { return true; }
  // Scores per row: 1, or one per class.
  virtual int outputs() const = 0;
  // The first 12 hex digits of the SHA-256 of the model's file; "builtin" for what has no file.
  virtual std::string_view version() const = 0;
  // CPU time to expect, so that a caller can decide where to run it. A guess from the model's shape.
  virtual double nanoseconds_per_row() const = 0;
  // False: that guess may be far off, since the work is done in code that is not ours: never on a thread that others
  // wait for.
  virtual bool is_bounded() const { return true; }

  // `rows` is row-major, `count` by inputs; `out` is row-major, `count` by outputs.
  // Invalid, naming both sizes, if either does not fit.
  virtual Result<void> score(std::span<const float> rows, size_t count, std::span<double> out,
                             Output output = Output::Transformed) const = 0;
  // The same for values that floats cannot hold; slower.
  virtual Result<void> score(std::span<const double> rows, size_t count, std::span<double> out,
                             Output output = Output::Transformed) const = 0;

  // How much each input moved the margin of `output` for this row away from the model's average; their sum and that
  // average give the margin. For explanations: slower than scoring. Invalid as above, if there is no such output, or if
  // the model is no such sum.
  virtual Result<std::vector<double>> contributions(std::span<const float> row, int output = 0) const = 0;

 protected:
  Result<void> check_shape(size_t values, size_t count, size_t scores) const;
};

}  // namespace augury::model
