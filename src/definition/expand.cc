#include "definition/expand.h"

#include <algorithm>
#include <utility>

#include "config/node.h"
#include "config/yaml_text.h"
#include "definition/default_ranking.h"
#include "definition/parse.h"

namespace augury::definition {
namespace {

using config::Entry;
using config::Node;

Node& section(Node& map, const std::string& name, size_t before) {
  for (auto& entry : map.entries)
    if (entry.name == name) return entry.value;
  auto at = map.entries.begin() + static_cast<std::ptrdiff_t>(std::min(before, map.entries.size()));
  Node value;
  value.kind = Node::Kind::Map;
  return map.entries.insert(at, Entry{name, {}, std::move(value)})->value;
}

void add_missing(Node& map, const Node& more) {
  map.kind = Node::Kind::Map;
  for (const auto& entry : more.entries)
    if (map.find(entry.name) == nullptr) map.entries.push_back(entry);
}

Node tree(const std::string& yaml) { return *config::parse_yaml(yaml); }

size_t place_of(const Node& map, std::string_view name) {
  auto at = std::ranges::find(map.entries, name, &Entry::name);
  return static_cast<size_t>(at - map.entries.begin());
}

void write_out(const App& app, const Placement& placement, Node& root) {
  DefaultRanking ranking = default_ranking(app, placement.repeats);
  add_missing(section(root, "features", place_of(root, "placements")), tree(ranking.features));
  Node& written = section(section(root, "placements", root.entries.size()), placement.name, 0);
  written.kind = Node::Kind::Map;
  std::erase_if(written.entries, [](const Entry& entry) { return entry.name == "repeats"; });
  Node more = tree(ranking.placement);
  if (written.find("fallback") != nullptr) add_missing(section(written, "fallback", 0), *more.find("fallback"));
  add_missing(written, more);
}

}  // namespace

Result<std::string> expand(std::string_view text, const std::string& file) {
  Parsed parsed = parse_app(text, file);
  if (!parsed.problems.empty()) {
    std::string all;
    for (const auto& problem : parsed.problems) all += (all.empty() ? "" : "\n") + problem.text();
    return Error{Code::Invalid, std::move(all)};
  }
  const App& app = parsed.app;
  if (std::ranges::none_of(app.placements, &Placement::default_ranking)) return std::string(text);
  Node root = tree(std::string(text));
  for (const auto& placement : app.placements)
    if (placement.default_ranking) write_out(app, placement, root);
  return config::yaml_text(root);
}

}  // namespace augury::definition
