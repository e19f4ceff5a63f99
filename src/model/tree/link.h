// From the sum of the trees to what the model predicts: the libraries' output transforms.
//
// exp and log come from base/math.h, so a score has the same bits on every machine; the library's own, through libm,
// may differ in the last one. XGBoost computes in floats: each step is rounded to one.
#pragma once

#include <span>

namespace augury::model {

enum class LinkKind {
  Identity,      // regression, ranking, custom objectives
  SignedSquare,  // regression on square roots
  Exp,           // poisson, gamma, tweedie
  Sigmoid,       // binary, cross_entropy, multiclassova: every output on its own
  Log1pExp,      // cross_entropy_lambda
  Softmax,       // multiclass
  FloatExp,      // XGBoost's, step by step in floats
  FloatSigmoid,
  FloatSoftmax,
  Step,  // XGBoost's binary:hinge: 1 above 0, otherwise 0
};

struct Link {
  LinkKind kind = LinkKind::Identity;
  double sigmoid = 1;  // Sigmoid: the slope.
};

// In place, for the outputs of one row.
void apply_link(const Link& link, std::span<double> scores);

}  // namespace augury::model
