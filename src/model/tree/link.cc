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
  }
}

}  // namespace augury::model
