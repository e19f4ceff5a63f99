#include <algorithm>
#include <cmath>

#include "config/names.h"
#include "definition/app_reader.h"
#include "wire/time_text.h"

namespace augury::definition {
namespace {

std::vector<std::string> member_names(const Placement& placement, bool models_only) {
  std::vector<std::string> names;
  for (const auto& member : placement.members)
    if (!models_only || member.kind == Member::Kind::Model) names.push_back(member.name);
  return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void AppReader::read_experiments(const Node* node) {
  if (!node) return;
  config::Fields only_maps(*node, "experiments", problems_);
  for (const auto& entry : node->entries)
    if (named(entry, "an experiment", true)) read_experiment(entry);
}

void AppReader::read_experiment(const config::Entry& entry) {
  Experiment out;
  out.name = entry.name;
  out.source = source(entry.place);
  config::Fields fields(entry.value, "experiment '" + entry.name + "'", problems_);
  if (auto* placement = fields.require("placement")) {
    out.placement = app_.placement(placement->scalar);
    std::vector<std::string> names;
    for (const auto& known : app_.placements) names.push_back(known.name);
    if (out.placement < 0) unknown(*placement, "placement", names);
  }
  if (auto* unit = fields.take("unit")) {
    if (unit->scalar != "user" && unit->scalar != "session") unknown(*unit, "unit", {"user", "session"});
    if (unit->scalar == "session") out.unit = Experiment::Unit::Session;
  }
  if (auto* enabled = fields.take("enabled"))
    out.enabled = config::read_boolean(*enabled, "enabled", problems_).value_or(true);
  auto time = [&](std::string_view name) -> std::optional<Timestamp> {
    auto* written = fields.take(name);
    if (!written) return std::nullopt;
    auto at = wire::parse_time(written->scalar);
    if (!at) config::found_expected(*written, name, "a time such as 2026-01-10T00:00:00Z", problems_);
    return at;
  };
  out.start = time("start");
  out.end = time("end");
  if (out.start && out.end && *out.start >= *out.end)
    report(entry.value.find("end")->place, "end: must be after start");
  if (auto* traffic = fields.require("traffic")) read_traffic(*traffic, out);
  if (auto* variants = fields.take("variants")) read_variants(*variants, out);
  fields.later("reward");
  fields.later("policy");
  fields.finish();
  app_.experiments.push_back(std::move(out));
}

void AppReader::read_traffic(const Node& node, Experiment& out) {
  if (node.kind != Node::Kind::Map || node.entries.empty())
    return config::found_expected(node, "traffic", "a share for each variant such as {control: 90%, treatment: 10%}",
                                  problems_);
  double sum = 0;
  for (const auto& entry : node.entries) {
    if (entry.name == "policy") {
      report(entry.place, "traffic: 'policy' is not built yet");
      continue;
    }
    if (!named(entry, "a variant", true)) continue;
    if (entry.name == "auto")
      report(entry.place, "'auto' is no name for a variant: requests say it to let the experiment decide");
    Variant variant;
    variant.name = entry.name;
    variant.share = config::read_share(entry.value, "traffic of '" + entry.name + "'", problems_).value_or(0);
    sum += variant.share;
    out.variants.push_back(std::move(variant));
  }
  if (sum > 1 + 1e-9) report(node.place, "traffic: the shares add up to more than 100%");
}

void AppReader::read_variants(const Node& node, Experiment& out) {
  config::Fields only_maps(node, "variants", problems_);
  std::vector<std::string> names;
  for (const auto& variant : out.variants) names.push_back(variant.name);
  const Placement* placement = out.placement < 0 ? nullptr : &app_.placements[static_cast<size_t>(out.placement)];
  for (const auto& entry : node.entries) {
    auto at = std::find(names.begin(), names.end(), entry.name);
    Variant aside;
    if (at == names.end())
      report(entry.place,
             "variant '" + entry.name + "' has no share in traffic" + config::expected_one_of(entry.name, names));
    read_variant(entry, placement, at == names.end() ? aside : out.variants[static_cast<size_t>(at - names.begin())]);
  }
  for (const auto& name : names)
    if (node.kind == Node::Kind::Map && !node.find(name))
      report(node.place,
             "variants: '" + name + "' of traffic is missing; write " + name + ": {} if it changes nothing");
}

void AppReader::read_variant(const config::Entry& entry, const Placement* placement, Variant& out) {
  config::Fields fields(entry.value, "variant '" + entry.name + "'", problems_);
  if (auto* models = fields.take("models")) {
    config::Fields only_maps(*models, "models", problems_);
    std::vector<std::string> known;
    for (const auto& model : app_.models) known.push_back(model.name);
    for (const auto& change : models->entries) {
      if (placement) {
        auto members = member_names(*placement, true);
        if (!has(members, change.name))
          report(change.place, "models: '" + change.name + "' is no model of placement '" + placement->name + "'" +
                                   config::expected_one_of(change.name, members));
      }
      if (change.value.scalar.find('@') != std::string::npos)
        report(change.value.place, "models: '" + change.value.scalar +
                                       "': versions (name@version) are not built yet; name another entry of models:");
      else if (!has(known, change.value.scalar))
        unknown(change.value, "models", known);
      out.models[change.name] = change.value.scalar;
    }
  }
  if (auto* weights = fields.take("weights")) {
    config::Fields only_maps(*weights, "weights", problems_);
    for (const auto& change : weights->entries) {
      if (placement) {
        auto members = member_names(*placement, false);
        if (!has(members, change.name))
          report(change.place, "weights: '" + change.name + "' is no member of placement '" + placement->name + "'" +
                                   config::expected_one_of(change.name, members));
      }
      if (auto weight = config::read_number(change.value, "weight of '" + change.name + "'", problems_))
        out.weights[change.name] = *weight;
    }
  }
  if (auto* count = fields.take("count"))
    if (auto written = config::read_whole(*count, "count", 1, 1000, problems_)) out.count = static_cast<int>(*written);
  fields.finish();
}

}  // namespace augury::definition
