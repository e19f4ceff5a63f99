#include <algorithm>

#include "config/names.h"
#include "definition/app_reader.h"

namespace augury::definition {
void AppReader::read_recall(const Node& node, Placement& out) {
  if (node.kind != Node::Kind::Sequence || node.elements.empty())
    return config::found_expected(node, "recall", "a list of sources such as [{popular: item_trend}]", problems_);
  for (const auto& element : node.elements)
    if (auto source = read_recall_source(element)) out.recall.push_back(*source);
}

std::optional<RecallSource> AppReader::read_recall_source(const Node& node) {
  RecallSource out;
  config::Fields fields(node, "recall source", problems_);
  if (node.kind != Node::Kind::Map) return std::nullopt;
  const Node* popular = fields.take("popular");
  const Node* related = fields.take("related");
  const Node* recent = fields.take("recent");
  const Node* nearest = fields.take("nearest");
  const Node* own = fields.take("own");
  const Node* to = fields.take("to");
  if (auto* limit = fields.take("limit"))
    out.limit = static_cast<int>(config::read_whole(*limit, "limit", 1, 1000, problems_).value_or(100));
  fields.finish();
  int kinds =
      (popular != nullptr) + (related != nullptr) + (recent != nullptr) + (nearest != nullptr) + (own != nullptr);
  if (kinds != 1)
    return report(node.place, "recall source: expected exactly one of popular, related, recent, nearest, own"),
           std::nullopt;
  if (to && !related && !nearest)
    return report(to->place, "recall source: 'to' belongs to 'related' and 'nearest'"), std::nullopt;
  if (related) return read_related(*related, to, out) ? std::optional(out) : std::nullopt;
  if (nearest) return read_nearest(*nearest, to, out) ? std::optional(out) : std::nullopt;
  if (popular) {
    out.feature = popular_feature(*popular, "popular");
    return out.feature >= 0 ? std::optional(out) : std::nullopt;
  }
  if (own) {
    out.kind = RecallSource::Kind::Own;
    out.feature = out.to = named_feature(*own, "own");
    return out.to >= 0 && check_list_of_items(*own, "own", out.to) ? std::optional(out) : std::nullopt;
  }
  out.kind = RecallSource::Kind::Recent;
  std::vector<std::string> times;
  for (size_t i = 0; i < app_.item_attributes.size(); ++i) {
    if (app_.item_attributes[i].type != Type::Time) continue;
    times.push_back("item." + app_.item_attributes[i].name);
    if (recent->scalar == times.back()) out.attribute = static_cast<int>(i);
  }
  if (out.attribute >= 0) return out;
  if (times.empty())
    report(recent->place, "recent: found " + recent->found() + ", expected an item attribute of type time");
  else
    unknown(*recent, "recent", times);
  return std::nullopt;
}

bool AppReader::read_related(const Node& related, const Node* to, RecallSource& out) {
  out.kind = RecallSource::Kind::Related;
  out.feature = named_feature(related, "related");
  if (!to)
    return report(related.place, "related: 'to' is missing: a list of items such as last(50, click.item) by user"),
           false;
  out.to = named_feature(*to, "to");
  if (out.feature < 0 || out.to < 0) return false;
  const auto* what = app_.features[static_cast<size_t>(out.feature)].aggregation();
  if (!what || what->function != Function::Together)
    return report(related.place, "related: '" + related.scalar + "' is no together(...) feature"), false;
  return check_list_of_items(*to, "to", out.to);
}

bool AppReader::check_list_of_items(const Node& node, std::string_view what, int index) {
  if (lists_items_of_asker(app_.features[static_cast<size_t>(index)])) return true;
  report(node.place, std::string(what) + ": '" + node.scalar +
                         "' is no list of items by user or session such as last(50, click.item) by user");
  return false;
}

bool AppReader::reads_item(const Expression& expression) const {
  return std::ranges::any_of(expression.references(), [&](const Reference& r) {
    if (r.kind == Reference::Kind::ItemAttribute || r.kind == Reference::Kind::Item) return true;
    if (r.kind != Reference::Kind::Feature) return false;
    const Feature& feature = app_.features[static_cast<size_t>(r.index)];
    if (feature.pull() != nullptr || feature.similar() != nullptr) return true;
    return feature.expression() != nullptr && reads_item(*feature.expression());
  });
}

bool AppReader::read_nearest(const Node& nearest, const Node* to, RecallSource& out) {
  out.kind = RecallSource::Kind::Nearest;
  std::vector<std::string> items, users;
  for (const auto& vector : app_.item_vectors) items.push_back(vector.name);
  for (const auto& vector : app_.user_vectors) users.push_back(vector.name);
  out.vector = nearest.kind == Node::Kind::Scalar ? app_.item_vector(nearest.scalar) : -1;
  if (items.empty())
    return report(nearest.place, "nearest: found " + nearest.found() +
                                     ", expected a vector of item; write one under entities.item.vectors"),
           false;
  if (out.vector < 0) return unknown(nearest, "nearest", items), false;
  if (!to) return report(nearest.place, "nearest: 'to' is missing: a vector of the user"), false;
  out.to = to->kind == Node::Kind::Scalar ? feature_index(to->scalar) : -1;
  if (out.to < 0) {
    auto names = feature_names();
    if (std::find(names.begin(), names.end(), to->scalar) == names.end()) unknown(*to, "to", users);
    return false;
  }
  const auto& taste = app_.features[static_cast<size_t>(out.to)];
  if (taste.type != Type::Vector || reads_item(*taste.expression()))
    return report(to->place, "to: '" + to->scalar + "' is no vector of the user"), false;
  int dimension = app_.item_vectors[static_cast<size_t>(out.vector)].dimension;
  if (taste.dimension == dimension) return true;
  report(to->place, "to: '" + to->scalar + "' has " + std::to_string(taste.dimension) + " numbers and '" +
                        nearest.scalar + "' " + std::to_string(dimension) + "; expected two of one dimension");
  return false;
}

}  // namespace augury::definition
