// The ranking of a placement that says neither `recall` nor `score`, in the words of the app file.
//
// Fresh popularity at three half-lives, what was met together with the user's recent items (in the session, by taste,
// in the long run), likeness by attributes, age: eight weights, the same for every app. It is text, so that what runs
// is what `augury check --expand` prints, and a user can copy it and change it.
#pragma once

#include <string>
#include <string_view>

#include "definition/app.h"

namespace augury::definition {

// Two YAML maps: the features, and the `recall`, `score` and `fallback` of the placement.
struct DefaultRanking {
  std::string features;
  std::string placement;
};

// `repeats`: the event (or `any`) by which a user comes back to an item; empty: only what speaks for new items.
DefaultRanking default_ranking(const App& app, std::string_view repeats);

}  // namespace augury::definition
