// An answer worth keeping: more items than were asked for, so that `exclude` and filters can still be applied to it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "augury/prediction.h"
#include "cache/cache.h"
#include "pipeline/question.h"
#include "serve/recorder.h"

namespace augury::serve {

// Immutable once kept. One per user and placement: the newest PRIMARY answer, whatever its variant or context was.
struct KnownAnswer {
  // What else it depends on (variant, model versions, context, session, candidates): PRIMARY only if equal.
  std::string circumstances;
  std::vector<pipeline::Ranked> ranked;  // Best first.
  bool complete = false;                 // `ranked` is all there was, so running short of it is the truth.
  uint64_t position = 0;
  Timestamp now;
  uint64_t list = 0;
  std::string model_version;
  std::vector<std::pair<std::string, std::string>> models;
  std::vector<Exposure::Member> members;

  size_t bytes() const;
};

using KnownAnswers = cache::Cache<KnownAnswer>;

std::string key_of(const definition::Placement& placement, const pipeline::Subject& subject);
// Context by exact value, but a location to 0.01 degrees; time is no part of it.
std::string circumstances_of(const pipeline::PlacementPlan& plan, const pipeline::Ranking& ranking,
                             const definition::Variant* variant, uint64_t publication,
                             const pipeline::Question& question);

}  // namespace augury::serve
