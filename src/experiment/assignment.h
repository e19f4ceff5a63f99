// Which variant of an experiment a user gets: the same one every time, with a known probability.
//
// The unit's place in [0, 1) is a hash of the experiment's name and the unit's id; the variants' shares are laid end
// to end from 0, and what is left over is outside the experiment:
//
//      0              .5             .9      1
//      |   control    |  treatment   | outside |
//
// Nothing is stored, so nothing can be lost. Free functions without state.
#pragma once

#include <span>
#include <string_view>

#include "augury/result.h"
#include "augury/time.h"
#include "definition/app.h"

namespace augury::experiment {

// Outside every experiment: no experiment, no variant, propensity 1. Points into the App's experiments.
struct Assignment {
  const definition::Experiment* experiment = nullptr;
  const definition::Variant* variant = nullptr;
  double propensity = 1;  // How probable this variant was for a unit picked at random.
};

// Uniform in [0, 1): XXH3 with seed 0 of "experiment\0unit", its 53 high bits.
double bucket(std::string_view experiment, std::string_view unit);

// Enabled, and `now` in [start, end).
bool is_running(const definition::Experiment& experiment, Timestamp now);

// The variant of one experiment; outside it if it is not running, `unit` is empty, or the bucket is in no share.
Assignment assign(const definition::Experiment& experiment, std::string_view unit, Timestamp now);

// Whom a placement's experiments see.
struct Units {
  std::string_view user;
  std::string_view session;  // Empty: none.
};

// The first of the placement's experiments, in the file's order, that takes the unit. The propensity then includes
// the chance of having been left over by those before it.
Assignment assign(std::span<const definition::Experiment> experiments, int placement, const Units& units,
                  Timestamp now);

// The variant a request names instead; propensity 1, for nothing was drawn. NotFound: no experiment of the placement
// has a variant of that name; the message lists those there are.
Result<Assignment> force(std::span<const definition::Experiment> experiments, int placement, std::string_view variant);

}  // namespace augury::experiment
