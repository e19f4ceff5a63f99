// Which features a computation needs, in the order they must be computed, split by whom they belong to.
//
//   shared: of the user, session, everyone, context, now      once per request
//   own:    of the item, or of the user and the item          once per candidate
//
// Immutable after construction.
#pragma once

#include <span>
#include <vector>

#include "definition/app.h"
#include "feature/plan.h"

namespace augury::pipeline {

// Whose a feature's value is; through all that it reads.
struct Belongs {
  bool to_user = false;
  bool to_item = false;
  bool to_session = false;
};
std::vector<Belongs> belongings(const definition::App& app);

struct Step {
  int feature = -1;
  int view = -1;                                       // -1: not kept in rows.
  bool number = false;                                 // Kept in rows and a Number: read without detour.
  const definition::Expression* expression = nullptr;  // The App's; likewise below.
  const definition::Pull* pull = nullptr;
  const definition::Similar* similar = nullptr;
};

struct Columns {
  std::vector<Step> shared;
  std::vector<Step> own;
  std::vector<int> own_views;  // Rows that `own` reads, each once: worth prefetching.
};

// What `features` and `expressions` (null: none) need, directly or through others.
Columns columns_for(const definition::App& app, const feature::Plan& plan, std::span<const Belongs> belongs,
                    std::span<const int> features, std::span<const definition::Expression* const> expressions);

}  // namespace augury::pipeline
