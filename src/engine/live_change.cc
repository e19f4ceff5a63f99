#include "engine/live_change.h"

#include <algorithm>
#include <set>

#include "ingest/lists.h"

namespace augury::engine {
namespace {

using definition::App;
using definition::Attribute;
using definition::Vector;

bool same(const std::vector<Attribute>& a, const std::vector<Attribute>& b) {
  return std::ranges::equal(
      a, b, [](const Attribute& x, const Attribute& y) { return x.name == y.name && x.type == y.type; });
}

bool same(const std::vector<Vector>& a, const std::vector<Vector>& b) {
  return std::ranges::equal(
      a, b, [](const Vector& x, const Vector& y) { return x.name == y.name && x.dimension == y.dimension; });
}

// Vectors of items that a placement looks for the nearest by: those with an index.
std::set<int> searched_vectors(const App& app) {
  std::set<int> vectors;
  for (const auto& placement : app.placements)
    for (const auto& source : placement.recall)
      if (source.kind == definition::RecallSource::Kind::Nearest) vectors.insert(source.vector);
  return vectors;
}

// Attributes of items whose terms the catalogue keeps for similar(...).
std::set<int> compared_attributes(const App& app) {
  std::set<int> attributes;
  for (const auto& feature : app.features)
    if (const auto* similar = feature.similar()) attributes.insert(similar->attribute);
  return attributes;
}

bool same_events(const App& a, const App& b) {
  return a.impressions_served == b.impressions_served &&
         std::ranges::equal(a.events, b.events, [](const auto& x, const auto& y) {
           return x.name == y.name && x.has_user == y.has_user && x.has_item == y.has_item && same(x.fields, y.fields);
         });
}

// Views by name of those that are not the same, or not in the same place.
std::string changed_views(const feature::Plan& stored, const feature::Plan& next) {
  std::string names;
  auto before = stored.views(), after = next.views();
  for (size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
    bool equal = i < before.size() && i < after.size() && before[i].fingerprint == after[i].fingerprint &&
                 before[i].features.size() == after[i].features.size();
    if (!equal) names += (names.empty() ? "'" : ", '") + (i < after.size() ? after[i].name : before[i].name) + "'";
  }
  return names;
}

// Equal views keep equal features in equal places, whatever they are called.
std::vector<int> stored_features(const App& next, const feature::Plan& stored_plan, const feature::Plan& next_plan) {
  std::vector<int> stored(next.features.size(), -1);
  for (size_t view = 0; view < next_plan.views().size(); ++view)
    for (size_t k = 0; k < next_plan.views()[view].features.size(); ++k)
      stored[static_cast<size_t>(next_plan.views()[view].features[k])] = stored_plan.views()[view].features[k];
  return stored;
}

bool reads_alike(const definition::Feature& a, const definition::Feature& b) {
  return a.aggregation()->prior == b.aggregation()->prior &&
         a.aggregation()->prior_weight == b.aggregation()->prior_weight;
}

}  // namespace

LiveChange live_change(const App& stored, const feature::Plan& stored_plan, const App& next,
                       const feature::Plan& next_plan) {
  LiveChange change;
  auto refuse = [&](std::string why) { change.needs_restart.push_back(std::move(why) + "; restart to apply"); };
  if (stored.name != next.name)
    refuse("the app is called '" + next.name + "' now, it is served as '" + stored.name + "'");
  if (!same(stored.item_attributes, next.item_attributes) || !same(stored.user_attributes, next.user_attributes))
    refuse("the attributes of items or users have changed, and the catalogue is kept by them");
  if (!same(stored.item_vectors, next.item_vectors) || !same(stored.user_vectors, next.user_vectors))
    refuse("the vectors of items or users have changed, and the catalogue is kept by them");
  if (!same_events(stored, next)) refuse("the event types or their fields have changed, and events are taken by them");
  if (stored.dedup.window != next.dedup.window || stored.dedup.entries != next.dedup.entries)
    refuse("dedup has changed, and the ids of past events are kept by it");
  if (stored.session_gap != next.session_gap) refuse("the session gap has changed");
  if (!change.needs_restart.empty()) return change;
  if (auto views = changed_views(stored_plan, next_plan); !views.empty()) {
    refuse("the aggregations kept by " + views + " have changed (a filter with done(…) keeps one too)");
    return change;
  }
  auto before = ingest::wanted_lists(stored, stored_plan), after = ingest::wanted_lists(next, next_plan);
  auto kept = stored_features(next, stored_plan, next_plan);
  change.lists.assign(next.features.size(), -1);
  for (int feature : after.features) {
    auto at = static_cast<size_t>(feature);
    bool there = before.features.contains(kept[at]) &&
                 reads_alike(stored.features[static_cast<size_t>(kept[at])], next.features[at]);
    there ? void(change.lists[at] = kept[at]) : refuse("no list by '" + next.features[at].name + "' is kept yet");
  }
  for (int attribute : after.attributes)
    if (!before.attributes.contains(attribute))
      refuse("no list by item." + next.item_attributes[static_cast<size_t>(attribute)].name + " is kept yet");
  auto indexed = searched_vectors(stored);
  for (int vector : searched_vectors(next))
    if (!indexed.contains(vector))
      refuse("no index of " + next.item_vectors[static_cast<size_t>(vector)].name + " is kept yet");
  auto compared = compared_attributes(stored);
  for (int attribute : compared_attributes(next))
    if (!compared.contains(attribute))
      refuse("no terms of item." + next.item_attributes[static_cast<size_t>(attribute)].name + " are kept yet");
  return change;
}

}  // namespace augury::engine
