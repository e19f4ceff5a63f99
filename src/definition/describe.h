// What an app file means, for people: what `augury check` prints below "no problems".
#pragma once

#include <string>

#include "definition/parse.h"

namespace augury::definition {

// One line: "count, by user, over 1h in panes of 1m", "expression, number".
std::string describe_feature(const App& app, const Feature& feature);

// A line per rule of a placement, as `augury check` words them.
std::string describe_placement(const App& app, const Placement& placement);

// Features (hidden ones apart), placements, notes. Only for a Parsed without problems.
std::string describe(const Parsed& parsed);

}  // namespace augury::definition
