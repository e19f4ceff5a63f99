// An app file read together with all it names: the checked app, its plan, its models. All of it or nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "augury/app_view.h"
#include "augury/result.h"
#include "definition/app.h"
#include "feature/plan.h"
#include "model/scorer.h"

namespace augury::engine {

struct LoadedApp {
  std::string text;  // Of the file.
  std::shared_ptr<const definition::App> app;
  std::shared_ptr<const feature::Plan> plan;
  std::vector<std::shared_ptr<const model::Scorer>> scorers;  // By App::models.
  // What it is, in one canonical text: equal texts give equal answers. The journal keeps it, exposures point to it.
  std::string description;
};

// What is wrong goes to `problems` one by one, and is folded into the error's message.
Result<LoadedApp> load_app(const std::string& path, std::vector<Reload::Problem>& problems);

// For those who ask what is being served.
AppView view_of(const LoadedApp& loaded);

}  // namespace augury::engine
