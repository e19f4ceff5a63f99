// What a changed app file may change while the store goes on as it is.
//
// Rows, catalogue and journal are laid out by the app file the process started with. Placements, experiments,
// expressions, models and cache rules read them and may change; whatever would lay them out otherwise may not, and
// comes into force with the next start.
#pragma once

#include <string>
#include <vector>

#include "definition/app.h"
#include "feature/plan.h"

namespace augury::engine {

struct LiveChange {
  std::vector<std::string> needs_restart;  // Why it cannot go live; empty: it can.
  // By features of the new app: the feature of the stored one under which its list is published, -1: none.
  std::vector<int> lists;
};

// `stored`: what the rows are laid out by. `next`: what is to be served from them.
LiveChange live_change(const definition::App& stored, const feature::Plan& stored_plan, const definition::App& next,
                       const feature::Plan& next_plan);

}  // namespace augury::engine
