#include "config/names.h"
#include "definition/app_reader.h"

namespace augury::definition {
namespace {

struct Named {
  std::string_view name;
  Type type;
};

constexpr Named kTypes[] = {{"string", Type::Text},   {"number", Type::Number}, {"boolean", Type::Boolean},
                            {"strings", Type::Texts}, {"time", Type::Time},     {"location", Type::Location}};

std::vector<std::string> type_names() {
  std::vector<std::string> names;
  for (const auto& known : kTypes) names.emplace_back(known.name);
  return names;
}

}  // namespace

void AppReader::read_attributes(const Node& node, std::string_view entity, std::vector<Attribute>& out) {
  config::Fields only_maps(node, std::string(entity), problems_);
  for (const auto& entry : node.entries) {
    if (!named(entry, entity)) continue;
    const Named* found = nullptr;
    for (const auto& known : kTypes)
      if (entry.value.kind == Node::Kind::Scalar && entry.value.scalar == known.name) found = &known;
    if (!found) {
      auto word = entry.value.kind == Node::Kind::Scalar ? entry.value.scalar : "";
      report(entry.value.place, std::string(entity) + " '" + entry.name + "': found " + entry.value.found() +
                                    config::expected_one_of(word, type_names()));
      continue;
    }
    out.push_back({entry.name, found->type});
  }
}

void AppReader::read_entities(const Node* node) {
  if (!node) return;
  config::Fields entities(*node, "entities", problems_);
  for (auto kind : {"item", "user"}) {
    const Node* entity = entities.take(kind);
    if (!entity) continue;
    config::Fields fields(*entity, std::string("entities.") + kind, problems_);
    if (const Node* attributes = fields.take("attributes"))
      read_attributes(*attributes, std::string(kind) + " attribute",
                      std::string_view(kind) == "item" ? app_.item_attributes : app_.user_attributes);
    fields.later("vectors");
    fields.finish();
  }
  entities.finish();
}

}  // namespace augury::definition
