#include "model/scorer.h"

#include <string>

namespace augury::model {

Result<void> Scorer::check_shape(size_t values, size_t count, size_t scores) const {
  const size_t inputs = input_names().size();
  const size_t wide = static_cast<size_t>(outputs());
  if (values != count * inputs)
    return Error{Code::Invalid, "score: found " + std::to_string(values) + " values, expected " +
                                    std::to_string(count) + " rows of " + std::to_string(inputs)};
  if (scores != count * wide)
    return Error{Code::Invalid, "score: found room for " + std::to_string(scores) + " scores, expected " +
                                    std::to_string(count) + " rows of " + std::to_string(wide)};
  return {};
}

}  // namespace augury::model
