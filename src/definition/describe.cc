#include "definition/describe.h"

#include <algorithm>

#include "config/amount.h"
#include "definition/aggregation_form.h"

namespace augury::definition {
namespace {

std::string text(Duration duration) { return config::format_duration(duration); }

std::string padded(std::string name, size_t width) {
  name.resize(std::max(width, name.size()), ' ');
  return name;
}

std::string aggregation_text(const App& app, const Aggregation& what) {
  std::string out(to_string(what.function));
  out += ", by " + key_text(app, what.by);
  if (what.window) out += ", over " + text(what.window->span) + " in panes of " + text(what.window->pane);
  if (what.function == Function::Together)
    out += ", half-life " + text(what.together.half_life);
  else if (what.half_life.count() > 0)
    out += ", half-life " + text(what.half_life);
  else if (!what.window)
    out += ", since the beginning";
  if (what.where) out += ", where " + what.where->text();
  return out;
}

void features(const App& app, bool hidden, std::string& out) {
  size_t width = 0;
  for (const auto& feature : app.features)
    if (feature.hidden == hidden && !feature.stored) width = std::max(width, feature.name.size());
  if (width == 0) return;
  out += hidden ? "hidden features\n" : "features\n";
  for (const auto& feature : app.features)
    if (feature.hidden == hidden && !feature.stored)
      out += "  " + padded(feature.name, width) + "  " + describe_feature(app, feature) + "\n";
}

void vectors(const App& app, std::string& out) {
  size_t width = 0;
  for (const auto& feature : app.features)
    if (feature.stored) width = std::max(width, feature.name.size());
  if (width == 0) return;
  out += "vectors\n";
  for (const auto& feature : app.features)
    if (feature.stored) out += "  " + padded(feature.name, width) + "  " + describe_feature(app, feature) + "\n";
}

std::string recall_text(const App& app, const RecallSource& source) {
  auto name = [&](int index) { return app.features[static_cast<size_t>(index)].name; };
  std::string limit = " (" + std::to_string(source.limit) + ")";
  switch (source.kind) {
    case RecallSource::Kind::Popular:
      return "popular by " + name(source.feature) + limit;
    case RecallSource::Kind::Related:
      return "related by " + name(source.feature) + " to " + name(source.to) + limit;
    case RecallSource::Kind::Own:
      return "own: items of " + name(source.feature) + limit;
    case RecallSource::Kind::Recent:
      return "recent by item." + app.item_attributes[static_cast<size_t>(source.attribute)].name + limit;
    case RecallSource::Kind::Nearest:
      return "nearest by " + app.item_vectors[static_cast<size_t>(source.vector)].name + " to " + name(source.to) +
             limit + ", every item looked at";
  }
  return "";
}

void placement(const App& app, const Placement& what, std::string& out) {
  out += "  " + what.name + ": deadline " + text(what.deadline) + ", members within " + text(what.timeout) + ", " +
         std::to_string(what.choose.count) + " items\n";
  for (const auto& source : what.recall) out += "    recall  " + recall_text(app, source) + "\n";
  if (what.filter) out += "    filter  " + what.filter->text() + "\n";
  for (const auto& member : what.members) {
    std::string weight = std::to_string(member.weight);
    weight.erase(weight.find_last_not_of('0') + 1);
    if (weight.ends_with('.')) weight.pop_back();
    out += "    score   " + weight + " x " + (member.kind == Member::Kind::Model ? "model " : "feature ") +
           member.name + "\n";
  }
  if (what.fallback.simplified_model)
    out += "    else    model " + app.models[static_cast<size_t>(*what.fallback.simplified_model)].name + "\n";
  if (what.fallback.popular_feature)
    out += "    else    popular by " + app.features[static_cast<size_t>(*what.fallback.popular_feature)].name + "\n";
  if (!what.fallback.static_items.empty())
    out += "    else    " + std::to_string(what.fallback.static_items.size()) + " fixed items\n";
}

}  // namespace

std::string describe_feature(const App& app, const Feature& feature) {
  if (const auto* what = feature.aggregation()) return aggregation_text(app, *what);
  if (feature.stored)
    return std::to_string(feature.dimension) + " numbers of " + (app.item_vector(feature.name) >= 0 ? "item" : "user") +
           ", " + std::to_string(static_cast<size_t>(feature.dimension) * sizeof(float)) + " bytes each";
  if (feature.pull() != nullptr) return "pull, by user, item";
  if (feature.similar() != nullptr) return "similar, by the list and item";
  return "expression, " + std::string(to_string(feature.type)) + ": " + feature.expression()->text();
}

std::string describe_placement(const App& app, const Placement& what) {
  std::string out;
  placement(app, what, out);
  return out;
}

std::string describe(const Parsed& parsed) {
  const App& app = parsed.app;
  std::string out = "app " + app.name + "\n";
  vectors(app, out);
  features(app, false, out);
  features(app, true, out);
  if (!app.placements.empty()) out += "placements\n";
  for (const auto& what : app.placements) placement(app, what, out);
  for (const auto& note : parsed.notes) out += "note: " + note + "\n";
  return out;
}

}  // namespace augury::definition
