#include "engine/app_file.h"

#include <filesystem>

#include "base/hash.h"
#include "definition/describe.h"
#include "definition/parse.h"
#include "engine/lines.h"
#include "model/model_file.h"

namespace augury::engine {
namespace {

namespace fs = std::filesystem;

std::string place(const definition::Source& source) {
  return source.file + ":" + std::to_string(source.line) + ":" + std::to_string(source.column);
}

Error fold(Code code, const std::vector<Reload::Problem>& problems) {
  std::string all;
  for (const auto& problem : problems) {
    if (!all.empty()) all += "\n";
    all += problem.where.empty() ? problem.message : problem.where + ": " + problem.message;
  }
  return {code, std::move(all)};
}

Result<void> load_models(LoadedApp& loaded, const std::string& path, std::vector<Reload::Problem>& problems) {
  for (const auto& entry : loaded.app->models) {
    auto scorer = model::load_model((fs::path(path).parent_path() / entry.file).string());
    if (!scorer) {
      problems.push_back({place(entry.source), "model '" + entry.name + "': " + scorer.error().message});
      return fold(scorer.error().code, problems);
    }
    loaded.scorers.push_back(*scorer);
  }
  return {};
}

std::string hex(uint64_t x) {
  std::string digits(16, '0');
  for (size_t i = 16; i-- > 0; x >>= 4) digits[i] = "0123456789abcdef"[x & 15];
  return digits;
}

std::string describe(const LoadedApp& loaded) {
  std::string text = "app " + loaded.app->name + "\nfile " + hex(base::hash64(loaded.text)) + "\n";
  for (const auto& view : loaded.plan->views())
    text += "view " + view.name + " " + std::to_string(view.fingerprint) + "\n";
  for (size_t i = 0; i < loaded.scorers.size(); ++i)
    text += "model " + loaded.app->models[i].name + "@" + std::string(loaded.scorers[i]->version()) + "\n";
  for (const auto& experiment : loaded.app->experiments) {
    text += "experiment " + experiment.name;
    for (const auto& variant : experiment.variants) text += " " + variant.name + "=" + std::to_string(variant.share);
    text += "\n";
  }
  return text;
}

void view_plan(const LoadedApp& loaded, AppView& out) {
  const auto& app = *loaded.app;
  auto views = loaded.plan->views();
  for (size_t i = 0; i < views.size(); ++i) {
    auto& view = out.views.emplace_back();
    view.name = views[i].name;
    view.bytes_per_key_max = loaded.plan->bytes_per_key_max(static_cast<int>(i));
    for (int feature : views[i].features) view.features.push_back(app.features[static_cast<size_t>(feature)].name);
  }
  for (size_t i = 0; i < app.features.size(); ++i) {
    int view = loaded.plan->view_of(static_cast<int>(i));
    out.features.push_back({app.features[i].name, app.features[i].hidden,
                            definition::describe_feature(app, app.features[i]),
                            view < 0 ? std::string() : views[static_cast<size_t>(view)].name});
  }
}

}  // namespace

Result<LoadedApp> load_app(const std::string& path, std::vector<Reload::Problem>& problems) {
  LoadedApp loaded;
  if (auto text = definition::read_app_file(path)) {
    loaded.text = std::move(*text);
  } else {
    problems.push_back({path, text.error().message});
    return text.error();
  }
  auto parsed = definition::parse_app(loaded.text, path);
  for (const auto& problem : parsed.problems) problems.push_back({place(problem.source), problem.message});
  if (!problems.empty()) return fold(Code::Invalid, problems);
  loaded.app = std::make_shared<const definition::App>(std::move(parsed.app));
  auto plan = feature::Plan::compile(*loaded.app);
  if (!plan) {
    problems.push_back({path, plan.error().message});
    return plan.error();
  }
  loaded.plan = std::move(*plan);
  AUGURY_TRY_VOID(load_models(loaded, path, problems));
  loaded.description = describe(loaded);
  return loaded;
}

AppView view_of(const LoadedApp& loaded) {
  const auto& app = *loaded.app;
  AppView out;
  out.app = app.name;
  out.file = app.file;
  out.text = loaded.text;
  view_plan(loaded, out);
  for (size_t i = 0; i < app.models.size(); ++i) {
    auto& model = out.models.emplace_back();
    model.name = app.models[i].name;
    model.version = loaded.scorers[i]->version();
    model.file = app.models[i].file;
    auto names = loaded.scorers[i]->input_names();
    for (size_t k = 0; k < names.size(); ++k)
      model.inputs.push_back(
          {std::string(names[k]), app.models[i].inputs.empty() ? std::string(names[k]) : app.models[i].inputs[k]});
  }
  for (const auto& placement : app.placements)
    out.placements.push_back({placement.name, lines_of(definition::describe_placement(app, placement))});
  for (const auto& experiment : app.experiments) out.experiments.push_back(experiment.name);
  return out;
}

}  // namespace augury::engine
