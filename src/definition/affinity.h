// What ties a user to an item beyond the features of either: calls in an expression that become hidden features.
#pragma once

#include <optional>

#include "augury/time.h"

namespace augury::definition {

// `pull(together, item [, K [, γ [, half_life]]])`: Σ over the K most recent distinct items a_r that the together
// feature keeps of the user (r = 0 newest) of γ^r · 2^(−(clock − t_r)/half_life) · score(a_r, item). The clock is the
// later of now and the newest t_r.
struct Pull {
  int together = -1;  // Of App::features.
  int size = 10;      // K; at most what the together feature keeps.
  double decay = 0.8;
  std::optional<Duration> half_life;
};

// `similar(list, item.attribute)`: how much an item is like the newest ten distinct items of the list by the words of
// an attribute, 0 to 1.
struct Similar {
  int list = -1;       // Of App::features: a list of items that is no item's own.
  int attribute = -1;  // Of App::item_attributes, Text or Texts.
};

}  // namespace augury::definition
