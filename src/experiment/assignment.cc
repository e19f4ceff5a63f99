#include "experiment/assignment.h"

#include <string>

#include "base/hash.h"

namespace augury::experiment {

using definition::Experiment;

namespace {

// Shares are decimal fractions summed as doubles: 0.9 + 0.1 may fall short of 1 by a few units in the last place.
constexpr double kWhole = 1 - 1e-9;

double total_share(const Experiment& experiment) {
  double total = 0;
  for (const auto& variant : experiment.variants) total += variant.share;
  return total;
}

std::string_view unit_of(const Experiment& experiment, const Units& units) {
  return experiment.unit == Experiment::Unit::User ? units.user : units.session;
}

}  // namespace

double bucket(std::string_view experiment, std::string_view unit) {
  std::string key;
  key.reserve(experiment.size() + 1 + unit.size());
  key.append(experiment).push_back('\0');
  key.append(unit);
  return static_cast<double>(base::hash64(key) >> 11) * 0x1p-53;
}

bool is_running(const Experiment& experiment, Timestamp now) {
  if (!experiment.enabled) return false;
  if (experiment.start && now < *experiment.start) return false;
  return !experiment.end || now < *experiment.end;
}

Assignment assign(const Experiment& experiment, std::string_view unit, Timestamp now) {
  if (unit.empty() || !is_running(experiment, now)) return {};
  double place = bucket(experiment.name, unit), edge = 0;
  const definition::Variant* last = nullptr;
  for (const auto& variant : experiment.variants) {
    edge += variant.share;
    if (place < edge) return {&experiment, &variant, variant.share};
    if (variant.share > 0) last = &variant;
  }
  if (edge >= kWhole && last) return {&experiment, last, last->share};
  return {};
}

Assignment assign(std::span<const Experiment> experiments, int placement, const Units& units, Timestamp now) {
  double left = 1;
  for (const auto& experiment : experiments) {
    if (experiment.placement != placement) continue;
    auto unit = unit_of(experiment, units);
    auto found = assign(experiment, unit, now);
    if (found.variant) {
      found.propensity *= left;
      return found;
    }
    if (!unit.empty() && is_running(experiment, now)) left *= 1 - total_share(experiment);
  }
  return {};
}

Result<Assignment> force(std::span<const Experiment> experiments, int placement, std::string_view variant) {
  std::string known;
  for (const auto& experiment : experiments) {
    if (experiment.placement != placement) continue;
    for (const auto& candidate : experiment.variants) {
      if (candidate.name == variant) return Assignment{&experiment, &candidate, 1};
      known += (known.empty() ? "" : ", ") + candidate.name;
    }
  }
  return Error{Code::NotFound, "model_variant '" + std::string(variant) +
                                   "': no such variant for this placement; use auto" +
                                   (known.empty() ? "" : " or one of " + known)};
}

}  // namespace augury::experiment
