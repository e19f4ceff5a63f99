#include "cli/plan_text.h"

#include <fmt/format.h>

#include <span>

#include "definition/describe.h"

namespace augury::cli {
namespace {

std::string duration_text(Duration d) {
  const std::pair<int64_t, const char*> units[] = {
      {86'400'000'000, "d"}, {3'600'000'000, "h"}, {60'000'000, "m"}, {1'000'000, "s"}, {1'000, "ms"}};
  for (auto [size, name] : units) {
    if (d.count() != 0 && d.count() % size == 0) return fmt::format("{}{}", d.count() / size, name);
  }
  return fmt::format("{}us", d.count());
}

std::string aggregation_text(const definition::Aggregation& aggregation) {
  std::string text(to_string(aggregation.function));
  if (aggregation.size > 0) text += fmt::format("({})", aggregation.size);
  if (aggregation.window) {
    text += fmt::format(" over {} every {}", duration_text(aggregation.window->span),
                        duration_text(aggregation.window->pane));
  }
  if (aggregation.half_life.count() > 0) text += " half_life " + duration_text(aggregation.half_life);
  if (aggregation.function == definition::Function::Together) {
    text += " half_life " + duration_text(aggregation.together.half_life);
  }
  if (aggregation.where) text += " where " + aggregation.where->text();
  return text;
}

std::string feature_line(const definition::Feature& feature, const std::string& what) {
  return fmt::format("    {:<24} {}{}\n", feature.name, what, feature.hidden ? "  (hidden)" : "");
}

std::string views_text(const definition::App& app, const feature::Plan& plan) {
  std::string text;
  auto views = plan.views();
  for (size_t i = 0; i < views.size(); ++i) {
    text +=
        fmt::format("  by {}: at most {} bytes per key\n", views[i].name, plan.bytes_per_key_max(static_cast<int>(i)));
    for (int index : views[i].features) {
      const auto& feature = app.features[static_cast<size_t>(index)];
      text += feature_line(feature, aggregation_text(*feature.aggregation()));
    }
  }
  return text;
}

std::string vectors_text(const definition::App& app) {
  std::string text;
  for (const auto& feature : app.features)
    if (feature.stored) text += feature_line(feature, definition::describe_feature(app, feature));
  return text.empty() ? text : "  vectors:\n" + text;
}

std::string expressions_text(const definition::App& app) {
  std::string text;
  for (const auto& feature : app.features) {
    if (const auto* expression = feature.expression(); expression && !feature.stored)
      text += feature_line(feature, "= " + expression->text());
    if (feature.pull() != nullptr || feature.similar() != nullptr) text += feature_line(feature, "");
  }
  return text.empty() ? text : "  computed when asked:\n" + text;
}

std::string source_of(const definition::App& app, const feature::Plan& plan, const std::string& input) {
  int index = app.feature(input);
  if (index < 0) index = app.feature(input.substr(0, input.rfind('_')));  // One number of a vector.
  if (index < 0) return "nowhere";
  const auto& feature = app.features[static_cast<size_t>(index)];
  if (feature.stored)
    return input == feature.name ? fmt::format("a vector, {} columns", feature.dimension) : "a vector";
  int view = plan.view_of(index);
  return view < 0 ? "an expression" : "by " + plan.views()[static_cast<size_t>(view)].name;
}

std::string models_text(const definition::App& app, const feature::Plan& plan,
                        const std::vector<std::shared_ptr<const model::Scorer>>& scorers) {
  std::string text;
  for (size_t i = 0; i < scorers.size(); ++i) {
    const auto& entry = app.models[i];
    text += fmt::format("  model {}@{}: {}\n", entry.name, scorers[i]->version(), entry.file);
    auto names = scorers[i]->input_names();
    for (const auto& column : entry.inputs.empty() ? names : std::span<const std::string>(entry.inputs)) {
      std::string input = column.substr(0, column.find('['));  // A network's vector: its columns are one line.
      if (input == column || column.ends_with("[0]"))
        text += fmt::format("    {:<24} {}\n", input, source_of(app, plan, input));
    }
  }
  return text;
}

}  // namespace

std::string plan_text(const definition::Parsed& parsed, const feature::Plan& plan,
                      const std::vector<std::shared_ptr<const model::Scorer>>& scorers) {
  auto text = "app " + parsed.app.name + "\n" + vectors_text(parsed.app) + views_text(parsed.app, plan) +
              expressions_text(parsed.app) + models_text(parsed.app, plan, scorers);
  for (const auto& note : parsed.notes) text += "  note: " + note + "\n";
  return text;
}

}  // namespace augury::cli
