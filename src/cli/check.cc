#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/all_commands.h"
#include "cli/plan_text.h"
#include "definition/expand.h"
#include "definition/parse.h"
#include "feature/plan.h"
#include "model/model_file.h"
#include "pipeline/snapshot.h"

namespace augury::cli {
namespace {

Result<std::string> read_text(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  if (!in.good()) return Error{Code::NotFound, "cannot read app file " + path};
  return text.str();
}

class Check : public Command {
 public:
  Spec spec() const override {
    return {"check", "everything that is wrong with an app file, or the plan it makes", "augury check shop.yaml"};
  }

  void flags(Flags& flags) override {
    flags.positional("app_files", files_, "app files", true);
    flags.flag("--definition-only", definition_only_, "do not open the model files");
    flags.flag("--expand", expand_, "print the app file with its default ranking written out, to copy and change");
  }

  int run(Context&) override {
    int exit = kDone;
    for (const auto& file : files_) {
      if (int code = check(file); code != kDone) exit = code;
    }
    return exit;
  }

 private:
  int check(const std::string& file) const {
    auto text = read_text(file);
    if (!text) return fail(text.error());
    if (expand_) return write_out(*text, file);
    auto parsed = definition::parse_app(*text, file);
    for (const auto& problem : parsed.problems) std::fprintf(stderr, "%s\n", problem.text().c_str());
    if (!parsed.problems.empty()) {
      std::fprintf(stderr, "%s: %zu problem%s\n", file.c_str(), parsed.problems.size(),
                   parsed.problems.size() == 1 ? "" : "s");
      return kFailed;
    }
    auto plan = feature::Plan::compile(parsed.app);
    if (!plan) return fail(plan.error());
    auto scorers = load_models(parsed.app, file);
    if (!scorers) return fail(scorers.error());
    if (!definition_only_) {
      auto app = std::make_shared<const definition::App>(parsed.app);
      if (auto snapshot = pipeline::Snapshot::build({app, *plan, *scorers, 0, nullptr}); !snapshot)
        return fail(snapshot.error());
    }
    std::fputs(plan_text(parsed, **plan, *scorers).c_str(), stdout);
    fmt::print("{}: ok\n", file);
    return kDone;
  }

  static int write_out(const std::string& text, const std::string& file) {
    auto written = definition::expand(text, file);
    if (!written) return fail(written.error());
    std::fputs(written->c_str(), stdout);
    return kDone;
  }

  Result<std::vector<std::shared_ptr<const model::Scorer>>> load_models(const definition::App& app,
                                                                        const std::string& file) const {
    std::vector<std::shared_ptr<const model::Scorer>> scorers;
    if (definition_only_) return scorers;
    for (const auto& entry : app.models) {
      auto scorer = model::load_model((std::filesystem::path(file).parent_path() / entry.file).string());
      if (!scorer) {
        return Error{scorer.error().code, fmt::format("{}:{}:{}: model '{}': {}", file, entry.source.line,
                                                      entry.source.column, entry.name, scorer.error().message)};
      }
      scorers.push_back(*scorer);
    }
    return scorers;
  }

  std::vector<std::string> files_;
  bool definition_only_ = false;
  bool expand_ = false;
};

}  // namespace

std::unique_ptr<Command> make_check() { return std::make_unique<Check>(); }

}  // namespace augury::cli
