#include "engine/exposure.h"

namespace augury::engine {

ingest::Exposure to_ingest(serve::Exposure from, const feature::Plan& plan) {
  ingest::Exposure to;
  to.prediction = from.prediction;
  to.now = from.now;
  to.receipt = from.receipt;
  to.position = from.position;
  to.snapshot = from.publication;
  for (const auto& row : from.newer) to.newer.push_back({plan.views()[row.view].fingerprint, row.key, row.position});
  to.list = from.list;
  to.placement = std::move(from.placement);
  to.user_id = std::move(from.user_id);
  to.session_id = std::move(from.session_id);
  to.level = from.level;
  to.cache_hit = from.cache_hit;
  to.fallback_reason = std::move(from.fallback_reason);
  to.experiment = std::move(from.experiment);
  to.variant = std::move(from.variant);
  to.propensity = from.propensity;
  for (auto& member : from.members)
    to.members.push_back({std::move(member.name), std::move(member.version), member.weight});
  for (auto& item : from.items) to.items.push_back({std::move(item.id), item.score, item.propensity});
  to.candidates = std::move(from.candidates);
  to.context = std::move(from.context);
  to.explained = from.explained;
  return to;
}

}  // namespace augury::engine
