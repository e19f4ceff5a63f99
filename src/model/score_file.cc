#include "model/score_file.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "model/file_bytes.h"
#include "model/model_file.h"
#include "model/row_file.h"

namespace augury::model {
namespace {

constexpr size_t kRowsAtOnce = 1024;

// Which column of the file each input comes from.
Result<std::vector<size_t>> match_columns(const Scorer& scorer, const RowFile& file, const ScoreFileOptions& options) {
  const auto inputs = scorer.input_names();
  std::vector<size_t> columns;
  const auto invalid = [&](const std::string& what) {
    return Error{Code::Invalid, "rows '" + options.rows_file + "': " + what};
  };
  const bool by_place = file.header.empty() || !scorer.has_names();
  if (by_place && file.columns != inputs.size())
    return invalid("found " + std::to_string(file.columns) + " columns, expected the " + std::to_string(inputs.size()) +
                   " inputs of model '" + options.model_file + "'");
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (by_place) {
      columns.push_back(i);
      continue;
    }
    const auto found = std::find(file.header.begin(), file.header.end(), inputs[i]);
    if (found == file.header.end())
      return invalid("found no column '" + inputs[i] + "', an input of model '" + options.model_file + "'");
    if (std::find(found + 1, file.header.end(), inputs[i]) != file.header.end())
      return invalid("found two columns '" + inputs[i] + "', expected one");
    columns.push_back(static_cast<size_t>(found - file.header.begin()));
  }
  return columns;
}

void append_scores(std::span<const double> scores, size_t outputs, std::string& text) {
  char number[40];
  for (size_t i = 0; i < scores.size(); ++i) {
    const int size = std::snprintf(number, sizeof number, "%.17g", scores[i]);
    text.append(number, static_cast<size_t>(size));
    text.push_back((i + 1) % outputs == 0 ? '\n' : ' ');
  }
}

template <typename Value>
Result<void> score_rows(const Scorer& scorer, const std::vector<Value>& values, const RowFile& file,
                        const std::vector<size_t>& columns, Output output,
                        const std::function<void(std::string_view)>& write) {
  const auto outputs = static_cast<size_t>(scorer.outputs());
  std::vector<Value> rows;
  std::vector<double> scores;
  std::string text;
  for (size_t first = 0; first < file.rows; first += kRowsAtOnce) {
    const size_t count = std::min(kRowsAtOnce, file.rows - first);
    rows.clear();
    for (size_t row = first; row < first + count; ++row)
      for (size_t column : columns) rows.push_back(values[row * file.columns + column]);
    scores.resize(count * outputs);
    AUGURY_TRY_VOID(scorer.score(std::span<const Value>(rows), count, scores, output));
    text.clear();
    append_scores(scores, outputs, text);
    write(text);
  }
  return {};
}

}  // namespace

Result<void> score_file(const ScoreFileOptions& options, const std::function<void(std::string_view)>& write) {
  AUGURY_TRY(const auto scorer, load_model(options.model_file));
  AUGURY_TRY(const std::string bytes, file_bytes(options.rows_file, "rows"));
  AUGURY_TRY(const RowFile file, read_rows(bytes, options.rows_file));
  AUGURY_TRY(const auto columns, match_columns(*scorer, file, options));
  if (file.is_float) return score_rows(*scorer, file.floats, file, columns, options.output, write);
  return score_rows(*scorer, file.doubles, file, columns, options.output, write);
}

}  // namespace augury::model
