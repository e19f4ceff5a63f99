// Rows of numbers from a file: CSV, or NumPy's .npy.
//
// CSV: commas; a first line holding something that is not a number is a header; empty, NA and nan are missing, inf is
// a number. .npy: two dimensions, float32 or float64, C order, format 1 or 2. Told apart by content.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"

namespace augury::model {

// Row-major. Exactly one of `floats` and `doubles` holds the values: what the file held, without rounding.
struct RowFile {
  std::vector<std::string> header;  // Empty: columns are known by place only.
  size_t rows = 0;
  size_t columns = 0;
  bool is_float = false;
  std::vector<float> floats;
  std::vector<double> doubles;
};

// Invalid, naming the line or header field, for anything else; `name` is what errors call the file.
Result<RowFile> read_rows(std::string_view bytes, std::string_view name);

}  // namespace augury::model
