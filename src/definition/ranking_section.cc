#include "config/names.h"
#include "definition/app_reader.h"
#include "definition/default_ranking.h"

// What a placement without recall and score means.
namespace augury::definition {

void AppReader::read_repeats(const Node& node, Placement& out) {
  if (!out.default_ranking)
    return report(node.place,
                  "repeats: belongs to the default ranking; with a `score` of your own write its terms there (`augury "
                  "check --expand` shows them)");
  if (node.scalar == "false" || node.scalar == "true") {
    out.repeats = node.scalar == "true" ? "any" : "";
    return;
  }
  int index = node.kind == Node::Kind::Scalar ? app_.event(node.scalar) : -1;
  if (index < 0 || index == app_.impression())
    return config::found_expected(node, "repeats", "true, false, or the event whose repetition counts", problems_);
  const EventType& event = app_.events[static_cast<size_t>(index)];
  if (!event.has_user || !event.has_item)
    return report(node.place, "repeats: event '" + event.name + "' has no " + (event.has_user ? "item" : "user"));
  out.repeats = event.name;
}

// The default ranking is app-file text: it is read here as if the user had written it, but for its hidden features.
void AppReader::rank_by_default(Placement& out) {
  DefaultRanking text = default_ranking(app_, out.repeats);
  const Node& features = kept_.emplace_back(*config::parse_yaml(text.features));
  const Node& placement = kept_.emplace_back(*config::parse_yaml(text.placement));
  for (const auto& entry : features.entries)
    if (!declare_hidden(entry, out)) return;
  for (const auto& entry : features.entries) feature_index(entry.name);
  read_recall(*placement.find("recall"), out);
  read_score(*placement.find("score"), out);
  if (!out.fallback.popular_feature) out.fallback.popular_feature = out.recall[0].feature;
  notes_.push_back("placement '" + out.name +
                   "': ranked by default; `augury check --expand` writes out its features, recall and score");
}

bool AppReader::declare_hidden(const config::Entry& entry, const Placement& of) {
  for (const auto& written : written_) {
    if (written.entry->name != entry.name) continue;
    if (written.entry->value.scalar == entry.value.scalar) return true;
    report(written.entry->place, "feature '" + entry.name +
                                     "' has the name of a part of the default ranking of placement '" + of.name +
                                     "'; rename it, or give the placement a recall and a score");
    return false;
  }
  if (auto at = taken_.find(entry.name); at != taken_.end()) {
    report(at->second.second, at->second.first + " '" + entry.name +
                                  "' has the name of a part of the default ranking of placement '" + of.name +
                                  "'; rename it");
    return false;
  }
  written_.push_back({.entry = &entry, .hidden = true});
  return true;
}

}  // namespace augury::definition
