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

constexpr size_t kVectorsMax = 16;  // Of one kind of entity: an update stays below a quarter of a megabyte.

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

void AppReader::read_vectors(const Node& node, bool of_item) {
  auto what = std::string(of_item ? "item" : "user") + " vector";
  auto& out = of_item ? app_.item_vectors : app_.user_vectors;
  config::Fields only_maps(node, what, problems_);
  for (const auto& entry : node.entries) {
    claim(entry, "a vector");
    if ((of_item ? app_.item_attribute(entry.name) : app_.user_attribute(entry.name)) >= 0)
      report(entry.place, what + " '" + entry.name + "': an attribute has that name already");
    auto dimension = config::read_whole(entry.value, what + " '" + entry.name + "'", 1, kDimensionMax, problems_);
    out.push_back({entry.name, static_cast<int>(dimension.value_or(1))});
  }
  if (out.size() > kVectorsMax)
    report(node.place, what + "s: more than " + std::to_string(kVectorsMax) + " are not kept");
}

// Each is a feature under its own name, for whoever takes features: models, recall, those who ask.
void AppReader::declare_stored_vectors() {
  for (const auto* vectors : {&app_.item_vectors, &app_.user_vectors})
    for (const auto& vector : *vectors) {
      auto claimed = taken_.find(vector.name);
      if (claimed == taken_.end()) continue;  // It is no name, and that was said.
      auto text = Expression::compile(vector.name, condition_names());
      Feature feature;
      feature.stored = true;
      feature.type = Type::Vector;
      feature.dimension = vector.dimension;
      feature.what = std::move(*text);
      add_feature(std::move(feature), vector.name, claimed->second.second);
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
    if (const Node* vectors = fields.take("vectors")) read_vectors(*vectors, std::string_view(kind) == "item");
    fields.finish();
  }
  entities.finish();
}

}  // namespace augury::definition
