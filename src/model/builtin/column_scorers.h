// Scorers that need no training: popularity, recency, together.
//
// Each reads feature values from its columns, as a trained model does, so that a placement can rank before it has a
// model and blend them with one after.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "augury/result.h"
#include "model/scorer.h"

namespace augury::model {

// The value itself (a count, a rate). Missing: 0, nobody has asked for it.
std::shared_ptr<const Scorer> popularity_scorer(std::string column);

// 1 when new, half as much after each half-life: 2^(-age / half_life_days), `column` being the age in days. From the
// future: 1. Missing: 0. Invalid unless the half-life is over 0.
Result<std::shared_ptr<const Scorer>> recency_scorer(std::string column, double half_life_days);

// The sum over the columns, each the strength of one neighbour ("bought together"). Missing: adds nothing.
std::shared_ptr<const Scorer> together_scorer(std::vector<std::string> columns);

}  // namespace augury::model
