#include "pipeline/snapshot.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace augury::pipeline {

using definition::Aggregation;
using definition::App;
using definition::Member;
using definition::Placement;
using definition::Reference;
using definition::Variant;

namespace {

size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t change = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row.back();
}

std::vector<std::string> shown_features(const App& app) {
  std::vector<std::string> names;
  for (const auto& f : app.features)
    if (!f.hidden) names.push_back(f.name);
  return names;
}

// Builds everything of one placement; the first error is kept.
class Builder {
 public:
  Builder(const Snapshot::Parts& parts, std::span<const Belongs> belongs)
      : parts_(parts), app_(*parts.app), belongs_(belongs) {}

  Result<PlacementPlan> placement(const Placement& rules, int index) {
    PlacementPlan plan;
    plan.rules = &rules;
    plan.popular = popular_feature(rules);
    AUGURY_TRY(plan.base, ranking(rules, nullptr));
    for (const auto& e : app_.experiments) {
      if (e.placement != index) continue;
      for (const auto& v : e.variants) {
        AUGURY_TRY(auto varied, ranking(rules, &v));
        plan.variants.emplace_back(&v, std::move(varied));
      }
    }
    AUGURY_TRY_VOID(lower_rungs(rules, plan));
    recall_and_filter(rules, plan);
    note_what_is_read(rules, plan);
    return plan;
  }

 private:
  Result<RankingMember> model_member(int model, double weight) {
    const auto& definition = app_.models[static_cast<size_t>(model)];
    const auto& scorer = parts_.scorers[static_cast<size_t>(model)];
    RankingMember member{Member::Kind::Model, definition.name, model, weight, scorer, {}};
    if (scorer == nullptr) return Error{Code::Invalid, "model '" + definition.name + "': not loaded"};
    if (scorer->outputs() != 1)
      return Error{Code::Invalid, "model '" + definition.name + "' answers " + std::to_string(scorer->outputs()) +
                                      " scores per row; ranking wants one"};
    std::vector<std::string> inputs = definition.inputs;
    if (inputs.empty() && !scorer->has_names())
      return Error{Code::Invalid, "model '" + definition.name + "': the file does not name its " +
                                      std::to_string(scorer->input_names().size()) +
                                      " inputs; list the features in their order: inputs: [...]"};
    if (inputs.empty()) inputs.assign(scorer->input_names().begin(), scorer->input_names().end());
    for (const auto& input : inputs) {
      AUGURY_TRY(int feature, input_feature(definition.name, input));
      if (input.ends_with("[0]")) AUGURY_TRY_VOID(check_width(definition.name, feature, inputs));
      add_input(feature, input, member.inputs);
    }
    if (member.inputs.size() != scorer->input_names().size())
      return Error{Code::Invalid, "model '" + definition.name + "': inputs lists " + std::to_string(inputs.size()) +
                                      " names" + columns_behind(inputs, member.inputs) + ", the file has " +
                                      std::to_string(scorer->input_names().size())};
    return member;
  }

  static std::string columns_behind(const std::vector<std::string>& names,
                                    const std::vector<RankingMember::Input>& columns) {
    if (columns.size() == names.size()) return {};
    return " that are " + std::to_string(columns.size()) + " columns";
  }

  // A number is one column, a vector one per dimension, "<vector>_<i>" or "<vector>[<i>]" its i-th.
  void add_input(int feature, const std::string& input, std::vector<RankingMember::Input>& columns) const {
    const auto& what = app_.features[static_cast<size_t>(feature)];
    if (what.type != definition::Type::Vector) return columns.push_back({feature, -1});
    if (what.name != input) return columns.push_back({feature, *component(input, what)});
    for (int i = 0; i < what.dimension; ++i) columns.push_back({feature, i});
  }

  // "item_embedding_17" -> 17, where item_embedding is a vector that long; and "item_embedding[17]", as the columns of
  // a network's input [rows, n] are called.
  static std::optional<int> component(std::string_view input, const definition::Feature& of) {
    if (of.type != definition::Type::Vector || !input.starts_with(of.name)) return std::nullopt;
    auto rest = input.substr(of.name.size());
    int i = -1;
    if (rest.starts_with('[') && rest.ends_with(']'))
      rest.remove_suffix(1);
    else if (!rest.starts_with('_'))
      return std::nullopt;
    if (rest.size() < 2 || (rest[1] == '0' && rest.size() > 2)) return std::nullopt;
    auto [end, problem] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), i);
    bool good = problem == std::errc{} && end == rest.data() + rest.size() && i >= 0 && i < of.dimension;
    return good ? std::optional(i) : std::nullopt;
  }

  // A network that takes a vector takes all of it: 32 of 64 numbers are another embedding.
  Result<void> check_width(const std::string& model, int feature, const std::vector<std::string>& inputs) const {
    const auto& what = app_.features[static_cast<size_t>(feature)];
    const std::string columns = what.name + "[";
    auto taken = std::ranges::count_if(inputs, [&](const auto& input) { return input.starts_with(columns); });
    if (taken == what.dimension) return {};
    return Error{Code::Invalid, "model '" + model + "' takes " + std::to_string(taken) + " numbers of '" + what.name +
                                    "', which has " + std::to_string(what.dimension)};
  }

  Result<int> input_feature(const std::string& model, const std::string& input) {
    int feature = app_.feature(input);
    for (size_t i = 0; feature < 0 && i < app_.features.size(); ++i)
      if (component(input, app_.features[i])) feature = static_cast<int>(i);
    std::string who = "model '" + model + "' wants input '" + input + "': ";
    if (feature < 0) {
      std::string near = nearest_name(input, shown_features(app_));
      return Error{Code::Invalid, who + "no such feature" + (near.empty() ? "" : "; did you mean '" + near + "'?")};
    }
    auto type = app_.features[static_cast<size_t>(feature)].type;
    if (type != definition::Type::Number && type != definition::Type::Boolean && type != definition::Type::Vector)
      return Error{Code::Invalid,
                   who + "that feature is a " + std::string(definition::to_string(type)) + ", a model takes numbers"};
    return feature;
  }

  Result<RankingMember> member_of(const Member& written, const Variant* variant) {
    double weight = written.weight;
    if (variant != nullptr && variant->weights.contains(written.name)) weight = variant->weights.at(written.name);
    if (written.kind == Member::Kind::Feature)
      return RankingMember{Member::Kind::Feature, written.name, written.index, weight, nullptr, {}};
    int model = written.index;
    if (variant != nullptr && variant->models.contains(written.name))
      model = app_.model(variant->models.at(written.name));
    if (model < 0)
      return Error{Code::Invalid,
                   "variant '" + variant->name + "': no such model '" + variant->models.at(written.name) + "'"};
    return model_member(model, weight);
  }

  Result<Ranking> ranking(const Placement& rules, const Variant* variant) {
    Ranking r{
        .members = {}, .normalize = rules.normalize, .count = rules.choose.count, .columns = {}, .model_version = {}};
    if (variant != nullptr && variant->count) r.count = *variant->count;
    for (const auto& written : rules.members) {
      AUGURY_TRY(auto member, member_of(written, variant));
      if (member.weight != 0) r.members.push_back(std::move(member));
    }
    finish(r);
    return r;
  }

  void finish(Ranking& r) {
    std::vector<int> features;
    for (const auto& m : r.members) {
      if (!m.is_model()) {
        features.push_back(m.index);
        continue;
      }
      for (const auto& input : m.inputs) features.push_back(input.feature);
      if (!r.model_version.empty()) r.model_version += '+';
      r.model_version += m.name + "@" + std::string(m.scorer->version());
    }
    r.columns = columns_for(app_, *parts_.plan, belongs_, features, {});
  }

  Result<void> lower_rungs(const Placement& rules, PlacementPlan& plan) {
    if (rules.fallback.simplified_model) {
      AUGURY_TRY(auto member, model_member(*rules.fallback.simplified_model, 1));
      plan.simplified.emplace();
      plan.simplified->count = rules.choose.count;
      plan.simplified->members.push_back(std::move(member));
      finish(*plan.simplified);
    }
    plan.by_popularity.count = rules.choose.count;
    if (plan.popular >= 0)
      plan.by_popularity.members.push_back({Member::Kind::Feature, "popular", plan.popular, 1, nullptr, {}});
    finish(plan.by_popularity);
    return {};
  }

  static int popular_feature(const Placement& rules) {
    if (rules.fallback.popular_feature) return *rules.fallback.popular_feature;
    for (const auto& source : rules.recall)
      if (source.kind == definition::RecallSource::Kind::Popular) return source.feature;
    return -1;
  }

  void recall_and_filter(const Placement& rules, PlacementPlan& plan) {
    std::vector<int> lists;
    for (const auto& source : rules.recall)
      if (source.to >= 0) lists.push_back(source.to);
    plan.recall = columns_for(app_, *parts_.plan, belongs_, lists, {});
    const definition::Expression* filter = rules.filter ? &*rules.filter : nullptr;
    plan.filter = columns_for(app_, *parts_.plan, belongs_, {}, {&filter, 1});
  }

  // What an answer of this placement depends on, for the cache: event types, context fields, the session.
  void note_what_is_read(const Placement& rules, PlacementPlan& plan) {
    std::set<int> events;
    std::set<std::string> fields;
    auto from_expression = [&](const definition::Expression& e) {
      for (const auto& r : e.references())
        if (r.kind == Reference::Kind::ContextField) fields.insert(r.name);
    };
    auto from_step = [&](const Step& step) {
      plan.reads_session |= belongs_[static_cast<size_t>(step.feature)].to_session;
      if (step.expression != nullptr) return from_expression(*step.expression);
      if (step.similar != nullptr) return;  // Its list is a step of its own.
      int kept = step.pull != nullptr ? step.pull->together : step.feature;
      const Aggregation& a = *app_.features[static_cast<size_t>(kept)].aggregation();
      events.insert(a.events.begin(), a.events.end());
      events.insert(a.denominator.begin(), a.denominator.end());
    };
    auto from_columns = [&](const Columns& c) {
      std::ranges::for_each(c.shared, from_step);
      std::ranges::for_each(c.own, from_step);
    };
    for (const Columns* c : {&plan.base.columns, &plan.recall, &plan.filter}) from_columns(*c);
    for (const auto& [variant, r] : plan.variants) from_columns(r.columns);
    for (const auto& source : rules.recall)
      if (source.feature >= 0) {
        const auto* a = app_.features[static_cast<size_t>(source.feature)].aggregation();
        if (a != nullptr) events.insert(a->events.begin(), a->events.end());
      }
    if (rules.filter) from_expression(*rules.filter);
    events.erase(app_.impression());
    plan.refresh_on.assign(events.begin(), events.end());
    if (rules.cache.refresh_on) plan.refresh_on = *rules.cache.refresh_on;
    plan.context_fields.assign(fields.begin(), fields.end());
  }

  const Snapshot::Parts& parts_;
  const App& app_;
  std::span<const Belongs> belongs_;
};

}  // namespace

std::string nearest_name(std::string_view name, std::span<const std::string> known) {
  std::string best;
  size_t least = std::max<size_t>(2, name.size() / 3) + 1;
  for (const auto& candidate : known)
    if (size_t d = distance(name, candidate); d < least) least = d, best = candidate;
  return best;
}

const Ranking& PlacementPlan::ranking(const Variant* variant) const {
  for (const auto& [of, ranking] : variants)
    if (of == variant) return ranking;
  return base;
}

Result<std::shared_ptr<const Snapshot>> Snapshot::build(Parts parts) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->parts_ = std::move(parts);
  snapshot->belongs_ = belongings(snapshot->app());
  Builder builder(snapshot->parts_, snapshot->belongs_);
  int index = 0;
  for (const auto& rules : snapshot->app().placements) {
    AUGURY_TRY(auto plan, builder.placement(rules, index++));
    snapshot->placements_.push_back(std::move(plan));
  }
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

}  // namespace augury::pipeline
