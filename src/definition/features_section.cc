#include <algorithm>
#include <charconv>
#include <utility>

#include "config/amount.h"
#include "config/names.h"
#include "definition/aggregation_form.h"
#include "definition/app_reader.h"
#include "definition/token.h"
#include "definition/windows.h"

namespace augury::definition {
namespace {

constexpr size_t kFeatureChainMax = 64;

// "column N: message" -> N - 1, message.
std::pair<int, std::string> split(const std::string& message) {
  int column = 1;
  if (!message.starts_with("column ")) return {0, message};
  std::from_chars(message.data() + 7, message.data() + message.size(), column);
  return {column - 1, message.substr(message.find(": ") + 2)};
}

}  // namespace

void AppReader::declare_features(const Node* node) {
  if (!node) return;
  config::Fields only_maps(*node, "features", problems_);
  for (const auto& entry : node->entries) {
    claim(entry, "a feature");
    written_.push_back({&entry});
  }
  if (written_.size() > 4096) report(node->place, "features: more than 4096");
}

void AppReader::read_features() {
  for (size_t i = 0; i < written_.size(); ++i) compile_feature(i);
}

int AppReader::feature_index(std::string_view name) {
  for (size_t i = 0; i < written_.size(); ++i)
    if (written_[i].entry->name == name) return compile_feature(i);
  int known = app_.feature(name);
  return known >= 0 && app_.features[static_cast<size_t>(known)].stored ? known : -1;
}

int AppReader::add_feature(Feature feature, std::string name, config::Place place) {
  feature.name = std::move(name);
  feature.source = source(place);
  app_.features.push_back(std::move(feature));
  return static_cast<int>(app_.features.size()) - 1;
}

int AppReader::compile_feature(size_t index) {
  using State = Written::State;
  if (written_[index].state == State::Done) return written_[index].index;
  const auto& entry = *written_[index].entry;
  if (written_[index].state == State::Compiling) {
    std::string circle;
    auto from = std::find(compiling_.begin(), compiling_.end(), index);
    for (; from != compiling_.end(); ++from) circle += written_[*from].entry->name + " -> ";
    report(entry.place, "feature '" + entry.name + "' depends on itself: " + circle + entry.name);
    return -1;
  }
  if (compiling_.size() == kFeatureChainMax)
    return report(entry.place, "feature '" + entry.name + "' stands at the end of a chain of more than 64"), -1;
  written_[index].state = State::Compiling;
  compiling_.push_back(index);
  int made = -1;
  if (entry.value.kind != Node::Kind::Scalar || entry.value.scalar.empty()) {
    std::string hint = entry.value.kind == Node::Kind::Null ? "" : "; one that begins with [ or { needs quotes";
    report(entry.value.place, "feature '" + entry.name + "': found " + entry.value.found() +
                                  ", expected an aggregation such as count(click) by user over 1h, or an expression" +
                                  hint);
  } else {
    try {
      if (is_aggregation(tokens_of(entry.value.scalar))) {
        made = add_feature(parse_aggregation(entry.value.scalar, app_, condition_names()), entry.name, entry.place);
      } else if (auto expression = compile_expression(entry.value)) {
        Feature feature;
        feature.type = expression->type();
        feature.dimension = expression->dimension();
        feature.what = std::move(*expression);
        made = add_feature(std::move(feature), entry.name, entry.place);
      }
    } catch (const Fault& fault) {
      report_in_text(entry.value, fault.at, fault.message);
    }
  }
  compiling_.pop_back();
  written_[index].state = State::Done;
  written_[index].index = made;
  if (made >= 0) app_.features[static_cast<size_t>(made)].hidden = written_[index].hidden;
  return made;
}

int AppReader::hidden_feature(const std::string& text) {
  if (int known = app_.feature(text); known >= 0) return known;
  return hidden_feature(text, parse_aggregation(text, app_, condition_names()));
}

int AppReader::hidden_feature(const std::string& name, Feature feature) {
  if (int known = app_.feature(name); known >= 0) return known;
  feature.hidden = true;
  return add_feature(std::move(feature), name, {});
}

std::optional<int> AppReader::declared_feature(std::string_view name) {
  auto is_it = [&](const Written& written) { return written.entry->name == name; };
  if (std::none_of(written_.begin(), written_.end(), is_it)) return std::nullopt;
  int index = feature_index(name);
  leans_on_wrong_ = leans_on_wrong_ || index < 0;
  return index;
}

std::optional<Expression> AppReader::compile_expression(const Node& node) {
  if (node.kind != Node::Kind::Scalar)
    return config::found_expected(node, "expression", "text; one that begins with [ or { needs quotes", problems_),
           std::nullopt;
  bool outer = std::exchange(leans_on_wrong_, false);
  auto expression = Expression::compile(node.scalar, names());
  bool wrong_inside = std::exchange(leans_on_wrong_, outer);
  if (wrong_inside) return std::nullopt;
  if (expression) return std::move(*expression);
  auto [at, message] = split(expression.error().message);
  report_in_text(node, at, std::move(message));
  return std::nullopt;
}

std::optional<Reference> AppReader::attribute_reference(std::string_view name) const {
  if (name.starts_with("item."))
    if (int i = app_.item_attribute(name.substr(5)); i >= 0)
      return Reference{Reference::Kind::ItemAttribute, std::string(name.substr(5)), i,
                       app_.item_attributes[static_cast<size_t>(i)].type};
  if (name.starts_with("user."))
    if (int i = app_.user_attribute(name.substr(5)); i >= 0)
      return Reference{Reference::Kind::UserAttribute, std::string(name.substr(5)), i,
                       app_.user_attributes[static_cast<size_t>(i)].type};
  if (!name.starts_with("context.")) return std::nullopt;
  std::string field(name.substr(8));
  Type type = field == "location" ? Type::Location : field == "timestamp" ? Type::Time : Type::Text;
  return Reference{Reference::Kind::ContextField, std::move(field), -1, type};
}

std::optional<Reference> AppReader::vector_reference(std::string_view name) const {
  auto at = [&](Reference::Kind kind, int i, size_t attributes, const std::vector<Vector>& vectors) {
    return Reference{kind, std::string(name), static_cast<int>(attributes) + i, Type::Vector,
                     vectors[static_cast<size_t>(i)].dimension};
  };
  if (int i = app_.item_vector(name); i >= 0)
    return at(Reference::Kind::ItemAttribute, i, app_.item_attributes.size(), app_.item_vectors);
  if (int i = app_.user_vector(name); i >= 0)
    return at(Reference::Kind::UserAttribute, i, app_.user_attributes.size(), app_.user_vectors);
  return std::nullopt;
}

std::optional<Reference> AppReader::resolve(std::string_view name) {
  if (name == "now") return Reference{Reference::Kind::Now, "now", -1, Type::Time};
  if (name == "item") return Reference{Reference::Kind::Item, "item", -1, Type::Text};
  if (auto reference = attribute_reference(name)) return reference;
  if (auto reference = vector_reference(name)) return reference;
  auto index = declared_feature(name);
  if (!index) return std::nullopt;
  if (*index < 0) return Reference{Reference::Kind::Feature, std::string(name), -1, Type::Number};
  const auto& feature = app_.features[static_cast<size_t>(*index)];
  return Reference{Reference::Kind::Feature, std::string(name), *index, feature.type, feature.dimension};
}

// A condition decides whether an event counts when it is applied: it sees the event, its item, attributes and context.
std::optional<Reference> AppReader::resolve_in_condition(std::string_view name) const {
  if (name == "item") return Reference{Reference::Kind::Item, "item", -1, Type::Text};
  if (auto reference = attribute_reference(name)) return reference;
  if (auto reference = vector_reference(name)) return reference;
  size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  int event = app_.event(name.substr(0, dot));
  if (event < 0) return std::nullopt;
  for (const auto& field : app_.events[static_cast<size_t>(event)].fields)
    if (field.name == name.substr(dot + 1))
      return Reference{Reference::Kind::EventField, std::string(name), -1, field.type};
  return std::nullopt;
}

std::vector<std::string> AppReader::vector_names() const {
  std::vector<std::string> names;
  for (const auto* vectors : {&app_.item_vectors, &app_.user_vectors})
    for (const auto& vector : *vectors) names.push_back(vector.name);
  return names;
}

std::vector<std::string> AppReader::feature_names() const {
  std::vector<std::string> names = vector_names();
  for (const auto& written : written_)
    if (!written.hidden) names.push_back(written.entry->name);
  return names;
}

std::vector<std::string> AppReader::readable_names() const {
  std::vector<std::string> names{"now", "item"};
  for (const auto& attribute : app_.item_attributes) names.push_back("item." + attribute.name);
  for (const auto& attribute : app_.user_attributes) names.push_back("user." + attribute.name);
  for (auto& name : feature_names()) names.push_back(std::move(name));
  return names;
}

Expression::Names AppReader::names() {
  Expression::Names out;
  out.resolve = [this](std::string_view name) { return resolve(name); };
  out.names = [this] { return readable_names(); };
  out.done = [this](std::string_view event, std::optional<Duration> span) { return done(event, span); };
  out.pull = [this](const PullCall& call) { return pull(call); };
  out.similar = [this](std::string_view list, std::string_view attribute) { return similar(list, attribute); };
  return out;
}

Expression::Names AppReader::condition_names() const {
  Expression::Names out;
  out.resolve = [this](std::string_view name) { return resolve_in_condition(name); };
  out.names = [this] {
    std::vector<std::string> names;
    for (const auto& event : app_.events)
      for (const auto& field : event.fields) names.push_back(event.name + "." + field.name);
    names.push_back("item");
    for (const auto& attribute : app_.item_attributes) names.push_back("item." + attribute.name);
    for (const auto& attribute : app_.user_attributes) names.push_back("user." + attribute.name);
    for (auto& name : vector_names()) names.push_back(std::move(name));
    return names;
  };
  return out;
}

}  // namespace augury::definition
