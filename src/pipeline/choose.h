// Which of the ranked items are shown.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "pipeline/candidate.h"
#include "pipeline/score.h"

namespace augury::pipeline {

// Best score first; equals by item number, those without one last and by id.
std::vector<uint32_t> best_first(std::span<const Candidate> candidates, std::span<const double> scores, size_t count);

struct ChooseRules {
  size_t count = 10;
  int at_most = 0;  // Of one group; 0: any number.
};

// The first `count` of `ranked` that `admit` lets through and whose group is not used up.
std::vector<const Ranked*> choose(std::span<const Ranked> ranked, const ChooseRules& rules,
                                  const std::function<bool(const Ranked&)>& admit);

}  // namespace augury::pipeline
