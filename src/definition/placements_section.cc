#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "config/amount.h"
#include "config/names.h"
#include "definition/app_reader.h"

namespace augury::definition {
namespace {

constexpr std::string_view kFreshPopularity = "decayed_count(any) by item half_life 3d";
constexpr Duration kTimeout = std::chrono::milliseconds{80};

bool is_popularity(const Feature& feature) {
  const Aggregation* what = feature.aggregation();
  if (!what || what->by.size() != 1 || what->by[0].kind != KeyPart::Kind::Item) return false;
  switch (what->function) {
    case Function::Count:
    case Function::Sum:
    case Function::Avg:
    case Function::Rate:
    case Function::DecayedCount:
    case Function::DecayedSum:
      return true;
    default:
      return false;
  }
}

// A placement whose deadline is short keeps a fifth of it for the lower rungs.
Duration default_timeout(Duration deadline) { return std::min(kTimeout, deadline * 4 / 5); }

std::vector<std::string> model_names(const App& app) {
  std::vector<std::string> names;
  for (const auto& model : app.models) names.push_back(model.name);
  return names;
}

}  // namespace

void AppReader::read_models(const Node* node) {
  if (!node) return;
  config::Fields only_maps(*node, "models", problems_);
  for (const auto& entry : node->entries) {
    claim(entry, "a model");
    config::Fields fields(entry.value, "model '" + entry.name + "'", problems_);
    Model model;
    model.name = entry.name;
    model.source = source(entry.place);
    if (auto* file = fields.require("file")) model.file = config::read_text(*file, "file", problems_).value_or("");
    if (auto* inputs = fields.take("inputs")) {
      if (inputs->kind != Node::Kind::Sequence || inputs->elements.empty())
        config::found_expected(*inputs, "inputs", "a list of features", problems_);
      for (const auto& input : inputs->elements) {
        auto names = feature_names();
        if (std::find(names.begin(), names.end(), input.scalar) == names.end()) unknown(input, "inputs", names);
        model.inputs.push_back(input.scalar);
      }
    }
    fields.later("device");
    fields.finish();
    app_.models.push_back(std::move(model));
  }
}

void AppReader::read_placements(const Node* node) {
  for (const auto& model : app_.models)
    for (const auto& input : model.inputs) {
      int index = app_.feature(input);
      if (index < 0) continue;
      Type type = app_.features[static_cast<size_t>(index)].type;
      if (type != Type::Number && type != Type::Boolean && type != Type::Vector)
        report({model.source.line, model.source.column}, "model '" + model.name + "': input '" + input + "' is a " +
                                                             std::string(to_string(type)) +
                                                             ", expected a number, a boolean or a vector");
    }
  if (!node) return;
  config::Fields only_maps(*node, "placements", problems_);
  for (const auto& entry : node->entries)
    if (named(entry, "a placement", true)) app_.placements.push_back(read_placement(entry));
}

Placement AppReader::read_placement(const config::Entry& entry) {
  Placement out;
  out.name = entry.name;
  out.source = source(entry.place);
  config::Fields fields(entry.value, "placement '" + entry.name + "'", problems_);
  if (auto* deadline = fields.take("deadline")) {
    out.deadline = config::read_duration(*deadline, "deadline", problems_).value_or(out.deadline);
    if (out.deadline < std::chrono::milliseconds(1) || out.deadline > std::chrono::minutes(1))
      config::found_expected(*deadline, "deadline", "1ms to 1m", problems_);
  }
  const Node* recall = fields.take("recall");
  if (recall) read_recall(*recall, out);
  if (auto* filter = fields.take("filter")) {
    out.filter = compile_expression(*filter);
    if (out.filter && out.filter->type() != Type::Boolean)
      report(filter->place, "filter: found a " + std::string(to_string(out.filter->type())) +
                                ", expected a condition such as item.price > 10");
  }
  const Node* score = fields.take("score");
  out.timeout = default_timeout(out.deadline);
  if (score) read_score(*score, out);
  if (auto* choose = fields.take("choose")) read_choose(*choose, out);
  if (auto* fallback = fields.take("fallback")) read_fallback(*fallback, out);
  if (auto* cache = fields.take("cache")) read_cache(*cache, out);
  const Node* repeats = fields.take("repeats");
  fields.finish();
  out.default_ranking = !recall && !score;
  if (repeats) read_repeats(*repeats, out);
  if (out.default_ranking)
    rank_by_default(out);
  else
    fill_in(out, recall != nullptr, score != nullptr);
  return out;
}

int AppReader::default_popularity() { return hidden_feature(std::string(kFreshPopularity)); }

// What was not written and has a sensible value.
void AppReader::fill_in(Placement& out, bool recall_written, bool score_written) {
  auto at = "placement '" + out.name + "': ";
  int popular = -1;
  for (const auto& source : out.recall)
    if (source.kind == RecallSource::Kind::Popular && popular < 0) popular = source.feature;
  int ranking = popular >= 0 ? popular : default_popularity();
  const auto ranking_name = app_.features[static_cast<size_t>(ranking)].name;
  if (!recall_written) {
    RecallSource source;
    source.feature = ranking;
    out.recall.push_back(source);
    notes_.push_back(at + "without `recall`, candidates are the 100 most popular by " + ranking_name);
  }
  if (!score_written) {
    out.members.push_back({Member::Kind::Feature, ranking, ranking_name, 1});
    notes_.push_back(at + "until a placement has `score`, items are ranked by " + ranking_name);
  }
  if (!out.fallback.popular_feature) out.fallback.popular_feature = ranking;
}

// -1: there is none, which is reported, or it is wrong itself.
int AppReader::named_feature(const Node& node, std::string_view what) {
  int index = node.kind == Node::Kind::Scalar ? feature_index(node.scalar) : -1;
  auto names = feature_names();
  if (index < 0 && std::find(names.begin(), names.end(), node.scalar) == names.end()) unknown(node, what, names);
  return index;
}

int AppReader::popular_feature(const Node& node, std::string_view what) {
  int index = named_feature(node, what);
  if (index < 0) return -1;
  if (is_popularity(app_.features[static_cast<size_t>(index)])) return index;
  report(node.place, std::string(what) + ": '" + node.scalar +
                         "' is no popularity; expected a count, sum, avg, rate, decayed_count or decayed_sum by item");
  return -1;
}

void AppReader::read_score(const Node& node, Placement& out) {
  config::Fields fields(node, "score", problems_);
  if (auto* members = fields.require("members")) read_members(*members, out);
  if (auto* normalize = fields.take("normalize")) {
    const std::vector<std::string> names{"none", "rank", "minmax", "zscore", "sigmoid"};
    auto at = std::find(names.begin(), names.end(), normalize->scalar);
    if (at == names.end())
      unknown(*normalize, "normalize", names);
    else
      out.normalize = static_cast<Normalize>(at - names.begin());
  }
  if (auto* timeout = fields.take("timeout"))
    if (auto written = config::read_duration(*timeout, "timeout", problems_)) {
      out.timeout = *written;
      if (out.timeout >= out.deadline || out.timeout.count() == 0)
        report(timeout->place, "timeout: " + config::format_duration(out.timeout) +
                                   " must be above 0s and below the deadline " + config::format_duration(out.deadline));
    }
  fields.finish();
}

void AppReader::read_members(const Node& node, Placement& out) {
  if (node.kind != Node::Kind::Map || node.entries.empty())
    return config::found_expected(node, "members", "models or features with weights such as {ranker: 1}", problems_);
  bool any_weight = false;
  for (const auto& entry : node.entries) {
    Member member;
    member.name = entry.name;
    if (entry.name.find('@') != std::string::npos) {
      report(entry.place, "members: '" + entry.name + "': versions (name@version) are not built yet");
      continue;
    }
    if (auto weight = config::read_number(entry.value, "weight of '" + entry.name + "'", problems_)) {
      member.weight = *weight;
      any_weight = any_weight || *weight != 0;
    }
    member.index = app_.model(entry.name);
    if (member.index < 0) {
      member.kind = Member::Kind::Feature;
      member.index = feature_index(entry.name);
      auto names = model_names(app_);
      for (auto& name : feature_names()) names.push_back(std::move(name));
      if (member.index < 0) {
        if (std::find(names.begin(), names.end(), entry.name) == names.end())
          report(entry.place,
                 "members: unknown model or feature '" + entry.name + "'" + config::expected_one_of(entry.name, names));
        continue;
      }
      Type type = app_.features[static_cast<size_t>(member.index)].type;
      if (type != Type::Number && type != Type::Boolean) {
        report(entry.place, "members: '" + entry.name + "' is a " + std::string(to_string(type)) +
                                ", expected a number or a boolean");
        continue;
      }
    }
    out.members.push_back(std::move(member));
  }
  if (!any_weight && out.members.size() == node.entries.size()) report(node.place, "members: every weight is 0");
}

void AppReader::read_choose(const Node& node, Placement& out) {
  config::Fields fields(node, "choose", problems_);
  if (auto* count = fields.take("count"))
    out.choose.count = static_cast<int>(config::read_whole(*count, "count", 1, 1000, problems_).value_or(10));
  if (auto* diversity = fields.take("diversity")) {
    config::Fields inner(*diversity, "diversity", problems_);
    if (auto* by = inner.require("by")) {
      std::vector<std::string> names;
      for (const auto& attribute : app_.item_attributes) names.push_back("item." + attribute.name);
      int index = by->scalar.starts_with("item.") ? app_.item_attribute(by->scalar.substr(5)) : -1;
      if (index < 0)
        unknown(*by, "diversity.by", names);
      else if (Type type = app_.item_attributes[static_cast<size_t>(index)].type;
               type != Type::Text && type != Type::Boolean)
        report(by->place, "diversity.by: '" + by->scalar + "' is a " + std::string(to_string(type)) +
                              ", expected a string attribute");
      else
        out.choose.diversity_attribute = index;
    }
    if (auto* at_most = inner.require("at_most"))
      out.choose.at_most = static_cast<int>(config::read_whole(*at_most, "at_most", 1, 1000, problems_).value_or(1));
    inner.finish();
  }
  fields.later("promote");
  fields.later("explore");
  fields.finish();
}

void AppReader::read_fallback(const Node& node, Placement& out) {
  config::Fields fields(node, "fallback", problems_);
  if (auto* simplified = fields.take("simplified")) {
    config::Fields inner(*simplified, "simplified", problems_);
    if (auto* model = inner.require("model")) {
      int index = app_.model(model->scalar);
      if (index < 0)
        unknown(*model, "simplified.model", model_names(app_));
      else
        out.fallback.simplified_model = index;
    }
    inner.finish();
  }
  if (auto* popular = fields.take("popular")) {
    const Node* by = popular;
    if (popular->kind == Node::Kind::Map) {
      config::Fields inner(*popular, "fallback.popular", problems_);
      by = inner.require("by");
      inner.later("per");
      inner.finish();
    }
    if (by)
      if (int index = popular_feature(*by, "fallback.popular"); index >= 0) out.fallback.popular_feature = index;
  }
  if (auto* items = fields.take("static")) {
    if (items->kind != Node::Kind::Sequence) config::found_expected(*items, "static", "a list of item ids", problems_);
    std::set<std::string> seen;
    for (const auto& item : items->elements) {
      if (item.kind != Node::Kind::Scalar || item.scalar.empty() || item.scalar.size() > 256)
        config::found_expected(item, "static", "an item id of 1 to 256 bytes", problems_);
      else if (!seen.insert(item.scalar).second)
        report(item.place, "static: item '" + item.scalar + "' is written twice");
      else
        out.fallback.static_items.push_back(item.scalar);
    }
  }
  fields.finish();
}

void AppReader::read_cache(const Node& node, Placement& out) {
  config::Fields fields(node, "cache", problems_);
  if (auto* ttl = fields.take("ttl"))
    out.cache.ttl = config::read_duration(*ttl, "ttl", problems_).value_or(out.cache.ttl);
  if (auto* list = fields.take("refresh_on")) {
    if (list->kind != Node::Kind::Sequence) config::found_expected(*list, "refresh_on", "a list of events", problems_);
    out.cache.refresh_on.emplace();
    std::vector<std::string> names;
    for (const auto& event : app_.events) names.push_back(event.name);
    names.pop_back();
    for (const auto& element : list->elements) {
      int index = app_.event(element.scalar);
      if (index == app_.impression())
        report(element.place, "refresh_on: impressions never make an answer stale");
      else if (index < 0)
        unknown(element, "refresh_on", names);
      else
        out.cache.refresh_on->push_back(index);
    }
  }
  fields.finish();
}

}  // namespace augury::definition
