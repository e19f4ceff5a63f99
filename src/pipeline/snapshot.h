// The world one answer is computed from: the app, its plan, its models, and for every placement and variant how names
// became columns. Built aside, checked whole, then published by pointer.
//
// Immutable after construction.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"
#include "definition/app.h"
#include "feature/plan.h"
#include "model/scorer.h"
#include "pipeline/columns.h"
#include "pipeline/item_indexes.h"

namespace augury::pipeline {

// One voice in the score.
struct RankingMember {
  definition::Member::Kind kind = definition::Member::Kind::Model;
  std::string name;                             // The model in use (a variant may have replaced the written one).
  int index = -1;                               // Of App::models or App::features.
  double weight = 1;                            // As written, not 0.
  std::shared_ptr<const model::Scorer> scorer;  // Models only.
  // Models only: where each input comes from, a vector's numbers one by one.
  struct Input {
    int feature = -1;    // Of App::features.
    int component = -1;  // Of a vector; -1: the feature is a number.
  };
  std::vector<Input> inputs;
  bool is_model() const { return kind == definition::Member::Kind::Model; }
};

// How candidates become an order.
struct Ranking {
  std::vector<RankingMember> members;  // None: the order of recall.
  definition::Normalize normalize = definition::Normalize::None;
  int count = 10;
  Columns columns;
  std::string model_version;  // "ranker@3fa9c2d1e0b4+ncf@…"; empty without models.
};

struct PlacementPlan {
  const definition::Placement* rules = nullptr;
  Ranking base;
  std::vector<std::pair<const definition::Variant*, Ranking>> variants;
  std::optional<Ranking> simplified;
  int popular = -1;       // Feature behind POPULAR: fallback's, else that of the first popular source; -1: none.
  Ranking by_popularity;  // The popular feature as the only member: for request candidates at POPULAR.
  Columns filter;
  Columns recall;               // What sources start from: lists of the user, a vector of theirs.
  std::vector<int> refresh_on;  // Event types that make a user's cached answer stale: all that any variant reads.
  std::vector<std::string> context_fields;  // All it reads, sorted: part of the cache key.
  bool reads_session = false;

  const Ranking& ranking(const definition::Variant* variant) const;
};

class Snapshot {
 public:
  struct Parts {
    std::shared_ptr<const definition::App> app;
    std::shared_ptr<const feature::Plan> plan;
    std::vector<std::shared_ptr<const model::Scorer>> scorers;  // By App::models.
    uint64_t publication = 0;                                   // Sequence of its record in the journal.
    std::shared_ptr<const ItemIndexes> indexes;                 // Null: nearest finds nobody (a check of the file).
    // By App::features: under which number the store publishes the list of that feature, -1: it does not. Empty: under
    // its own. They part when an app file is read again while the store goes on.
    std::vector<int> lists{};
  };
  // Invalid: a model wants an input that is no number and no vector, or answers several scores; the message names both.
  static Result<std::shared_ptr<const Snapshot>> build(Parts parts);

  const definition::App& app() const { return *parts_.app; }
  const feature::Plan& plan() const { return *parts_.plan; }
  uint64_t publication() const { return parts_.publication; }
  // Null: there is nothing to look in.
  const index::Index* index(int item_vector) const {
    return parts_.indexes ? parts_.indexes->by_vector(item_vector) : nullptr;
  }
  const PlacementPlan& placement(int index) const { return placements_[static_cast<size_t>(index)]; }
  std::span<const Belongs> belongs() const { return belongs_; }
  int list_of(int feature) const {
    return feature < 0 || parts_.lists.empty() ? feature : parts_.lists[static_cast<size_t>(feature)];
  }
  const std::shared_ptr<const model::Scorer>& scorer(int model) const {
    return parts_.scorers[static_cast<size_t>(model)];
  }

 private:
  Parts parts_;
  std::vector<Belongs> belongs_;
  std::vector<PlacementPlan> placements_;
};

// The name of `known` that `name` is a slip of, or empty.
std::string nearest_name(std::string_view name, std::span<const std::string> known);

}  // namespace augury::pipeline
