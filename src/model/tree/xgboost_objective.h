// What an XGBoost objective does to the sum of the trees, and to the score that the sum starts from.
#pragma once

#include <string_view>

#include "augury/result.h"
#include "model/tree/link.h"

namespace augury::model {

struct XgboostObjective {
  Link link;
  // Files hold base_score as a prediction; these turn it into the margin that the trees are added to.
  enum class BaseScore { AsIs, Logit, Log } base = BaseScore::AsIs;

  // Corrupt: a value that has no margin. The logarithm is the float nearest to the true one; the library's, from libm,
  // is the float beside it for about one value in 350.
  Result<float> margin_of(float base_score) const;
};

// Invalid: an objective that is not known, with what is.
Result<XgboostObjective> xgboost_objective(std::string_view name);

}  // namespace augury::model
