#include "model/tree/xgboost_objective.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/math.h"

namespace augury::model {
namespace {

using BaseScore = XgboostObjective::BaseScore;

struct Known {
  std::string_view name;
  LinkKind link;
  BaseScore base;
};

// multi:softmax predicts the number of the class; here it answers as multi:softprob, with the scores of all.
constexpr Known kObjectives[] = {
    {"reg:squarederror", LinkKind::Identity, BaseScore::AsIs},
    {"reg:linear", LinkKind::Identity, BaseScore::AsIs},
    {"reg:squaredlogerror", LinkKind::Identity, BaseScore::AsIs},
    {"reg:pseudohubererror", LinkKind::Identity, BaseScore::AsIs},
    {"reg:absoluteerror", LinkKind::Identity, BaseScore::AsIs},
    {"reg:quantileerror", LinkKind::Identity, BaseScore::AsIs},
    {"reg:logistic", LinkKind::FloatSigmoid, BaseScore::Logit},
    {"binary:logistic", LinkKind::FloatSigmoid, BaseScore::Logit},
    {"binary:logitraw", LinkKind::Identity, BaseScore::AsIs},
    {"binary:hinge", LinkKind::Step, BaseScore::AsIs},
    {"count:poisson", LinkKind::FloatExp, BaseScore::Log},
    {"reg:gamma", LinkKind::FloatExp, BaseScore::Log},
    {"reg:tweedie", LinkKind::FloatExp, BaseScore::Log},
    {"survival:cox", LinkKind::FloatExp, BaseScore::Log},
    {"survival:aft", LinkKind::FloatExp, BaseScore::Log},
    {"multi:softmax", LinkKind::FloatSoftmax, BaseScore::AsIs},
    {"multi:softprob", LinkKind::FloatSoftmax, BaseScore::AsIs},
    {"rank:pairwise", LinkKind::Identity, BaseScore::AsIs},
    {"rank:ndcg", LinkKind::Identity, BaseScore::AsIs},
    {"rank:map", LinkKind::Identity, BaseScore::AsIs},
};

float float_log(float x) { return static_cast<float>(base::log(static_cast<double>(x))); }

Error no_margin(float base_score, std::string_view expected) {
  return Error{Code::Corrupt,
               "base_score: found " + std::to_string(base_score) + ", expected " + std::string(expected)};
}

}  // namespace

Result<float> XgboostObjective::margin_of(float base_score) const {
  constexpr float kNearest = 1e-6f;  // To 0 and to 1.
  switch (base) {
    case BaseScore::AsIs:
      if (!std::isfinite(base_score)) return no_margin(base_score, "a number");
      return base_score;
    case BaseScore::Logit:
      if (!(base_score >= 0 && base_score <= 1)) return no_margin(base_score, "0 to 1, a probability");
      return -float_log(1.0f / std::clamp(base_score, kNearest, 1.0f - kNearest) - 1.0f);
    case BaseScore::Log:
      if (!(base_score > 0) || !std::isfinite(base_score)) return no_margin(base_score, "a number over 0");
      return float_log(base_score);
  }
  return base_score;
}

Result<XgboostObjective> xgboost_objective(std::string_view name) {
  for (const Known& known : kObjectives)
    if (known.name == name) return XgboostObjective{.link = {.kind = known.link}, .base = known.base};
  return Error{Code::Invalid, "objective '" + std::string(name.substr(0, 40)) +
                                  "' is not known; expected one that XGBoost 1.0 to 3.2 writes"};
}

}  // namespace augury::model
