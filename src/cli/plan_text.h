// The plan behind an app file, as `augury check` prints it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "definition/parse.h"
#include "feature/plan.h"
#include "model/scorer.h"

namespace augury::cli {

// Views with their features and bytes per key, expressions, hidden features, where each model input comes from, notes.
// `scorers` by App::models; empty: models are left out.
std::string plan_text(const definition::Parsed& parsed, const feature::Plan& plan,
                      const std::vector<std::shared_ptr<const model::Scorer>>& scorers);

}  // namespace augury::cli
