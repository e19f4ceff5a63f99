#include "model/tree/link.h"

#include <algorithm>

#include "base/math.h"

namespace augury::model {
namespace {

void softmax(std::span<double> scores) {
  const double highest = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double& score : scores) {
    score = base::exp(score - highest);
    sum += score;
  }
  for (double& score : scores) score /= sum;
}

float float_exp(float x) { return static_cast<float>(base::exp(static_cast<double>(x))); }

double float_sigmoid(double score) {
  constexpr float kLargest = 88.7f;  // As XGBoost: exp() of more is no float.
  const float denominator = float_exp(std::min(-static_cast<float>(score), kLargest)) + 1.0f;
  return static_cast<double>(1.0f / denominator);
}

void float_softmax(std::span<double> scores) {
  const auto highest = static_cast<float>(*std::max_element(scores.begin(), scores.end()));
  double sum = 0;
  for (double& score : scores) {
    score = static_cast<double>(float_exp(static_cast<float>(score) - highest));
    sum += score;
  }
  for (double& score : scores) score = static_cast<double>(static_cast<float>(score) / static_cast<float>(sum));
}

}  // namespace

void apply_link(const Link& link, std::span<double> scores) {
  switch (link.kind) {
    case LinkKind::Identity:
      return;
    case LinkKind::SignedSquare:
      for (double& score : scores) score = score < 0 ? -(score * score) : score * score;
      return;
    case LinkKind::Exp:
      for (double& score : scores) score = base::exp(score);
      return;
    case LinkKind::Sigmoid:
      for (double& score : scores) score = 1.0 / (1.0 + base::exp(-link.sigmoid * score));
      return;
    case LinkKind::Log1pExp:
      for (double& score : scores) score = base::log1p(base::exp(score));
      return;
    case LinkKind::Softmax:
      softmax(scores);
      return;
    case LinkKind::FloatExp:
      for (double& score : scores) score = static_cast<double>(float_exp(static_cast<float>(score)));
      return;
    case LinkKind::FloatSigmoid:
      for (double& score : scores) score = float_sigmoid(score);
      return;
    case LinkKind::FloatSoftmax:
      float_softmax(scores);
      return;
    case LinkKind::Step:
      for (double& score : scores) score = score > 0 ? 1 : 0;
      return;
  }
}

}  // namespace augury::model
