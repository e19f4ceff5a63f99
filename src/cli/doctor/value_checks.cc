#include "cli/doctor/value_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "model/model_file.h"

namespace augury::cli::doctor {
namespace {

constexpr size_t kEnough = 10;  // Fewer values than this say nothing.

// The values of one feature over those looked at.
struct Values {
  size_t count = 0, empty = 0, pairs = 0;
  std::set<double> different;  // At most two are kept.
};

bool is_empty(const FeatureValue& value) {
  if (std::holds_alternative<std::monostate>(value)) return true;
  if (const auto* number = std::get_if<double>(&value)) return *number == 0;
  if (const auto* list = std::get_if<WeightedList>(&value)) return list->empty();
  return false;
}

bool reads_context(const definition::Feature& feature) {
  const auto* expression = feature.expression();
  return expression && expression->text().find("context.") != std::string::npos;
}

std::vector<std::string_view> views(const std::vector<std::string>& all) { return {all.begin(), all.end()}; }

using ByFeature = std::map<std::string, Values, std::less<>>;

Result<ByFeature> look(Engine& engine, const definition::App& app, const FolderFacts& facts) {
  auto users = views(facts.some_users), items = views(facts.some_items);
  std::vector<std::string_view> names;
  for (const auto& feature : app.features)
    if (!feature.hidden && !reads_context(feature)) names.push_back(feature.name);
  AUGURY_TRY(auto table, engine.features({.app = app.name,
                                          .user_ids = users,
                                          .item_ids = items,
                                          .feature_names = names,
                                          .context = {},
                                          .session_id = {},
                                          .now = facts.newest_event}));
  ByFeature by_feature;
  for (const auto& cell : table.cells) {
    auto& values = by_feature[cell.feature];
    ++values.count;
    if (is_empty(cell.value)) ++values.empty;
    if (!cell.user_id.empty() && !cell.item_id.empty()) ++values.pairs;
    const auto* number = std::get_if<double>(&cell.value);
    if (values.different.size() < 2) values.different.insert(number ? *number : -1e300);
  }
  return by_feature;
}

// Most pairs of a user and an item have nothing in common: their emptiness is no finding.
void check_empty(const ByFeature& by_feature, Findings& findings) {
  for (const auto& [name, values] : by_feature)
    if (values.pairs == 0 && values.count >= kEnough && values.empty == values.count)
      findings.add(fmt::format("the feature {} is empty for all {} looked at", name, values.count),
                   "augury check shows what it counts; does that event come, with these keys and fields?");
}

Result<void> check_inputs(const definition::App& app, const ByFeature& by_feature, Findings& findings) {
  for (const auto& entry : app.models) {
    auto inputs = entry.inputs;
    if (inputs.empty()) {
      AUGURY_TRY(auto scorer, model::load_model((std::filesystem::path(app.file).parent_path() / entry.file).string()));
      inputs.assign(scorer->input_names().begin(), scorer->input_names().end());
    }
    for (const auto& input : inputs) {
      auto found = by_feature.find(input);
      if (found == by_feature.end() || found->second.count < kEnough || found->second.different.size() != 1) continue;
      if (found->second.empty == found->second.count && found->second.pairs == 0) continue;  // Said already.
      findings.add(fmt::format("the model {} reads {}, which is the same for all {} looked at", entry.name, input,
                               found->second.count),
                   "a constant input says nothing: is what it counts coming in?");
    }
  }
  return {};
}

}  // namespace

Result<void> check_values(Engine& engine, const definition::App& app, const FolderFacts& facts, Findings& findings) {
  if (facts.some_users.empty() && facts.some_items.empty()) return {};
  AUGURY_TRY(auto by_feature, look(engine, app, facts));
  check_empty(by_feature, findings);
  return check_inputs(app, by_feature, findings);
}

}  // namespace augury::cli::doctor
