// Scores a file of rows with a model, for people and scripts: `augury model score`.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "augury/result.h"
#include "model/scorer.h"

namespace augury::model {

struct ScoreFileOptions {
  std::string model_file;
  std::string rows_file;  // See row_file.h. With a header columns are matched by name, and more may be there.
  Output output = Output::Transformed;
};

// Writes one line per row, the outputs separated by one space as %.17g, and nothing else. Doubles (and CSV) are scored
// as doubles. Errors are those of load_model and read_rows; Invalid if the columns are not the model's inputs.
// Nothing is written before all columns are known to fit.
Result<void> score_file(const ScoreFileOptions& options, const std::function<void(std::string_view)>& write);

}  // namespace augury::model
