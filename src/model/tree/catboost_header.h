// What describes a CatBoost model, apart from its trees.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "augury/result.h"
#include "model/tree/link.h"
#include "wire/value_stream.h"

namespace augury::model {

struct CatboostFeature {
  int64_t input = -1;  // Its place in a row.
  std::string name;
  bool nan_right = false;  // Where NaN goes: above every border or below all.
};

struct CatboostHeader {
  std::vector<CatboostFeature> floats;      // As splits number them.
  std::vector<CatboostFeature> categories;  // Only their places and names.
  double scale = 1;
  std::vector<double> bias;
  std::string loss;  // Empty: the file does not say.
};

// Reads the document `in` to its end.
Result<CatboostHeader> read_catboost_header(wire::ValueStream& in);

// Invalid: a loss that is not known.
Result<Link> catboost_link(std::string_view loss);

}  // namespace augury::model
