// Features that count events, as they are written:
//
//   count(view where view.dwell > 10) by user, item over 1h every 5m
//   rate(click / impression) by item over 1d prior 0.02 weight 50
//   top(10, click.item.category) by user over 7d
//   together(100, click.item) by item half_life 7d history 20
#pragma once

#include <string_view>

#include "definition/app.h"
#include "definition/token.h"

namespace augury::definition {

// Does this text begin like one (rather than like an expression)?
bool is_aggregation(const std::vector<Token>& tokens);

// Reads entities and events of `app` only. `condition` names what a `where` may read. Throws Fault.
Feature parse_aggregation(std::string_view text, const App& app, const Expression::Names& condition);

// The shortest text that means the same window and key, for listings: "by user, item", "over 1h every 1m".
std::string key_text(const App& app, const std::vector<KeyPart>& by);

}  // namespace augury::definition
