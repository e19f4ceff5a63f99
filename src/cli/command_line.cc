#include <CLI/CLI.hpp>

#include <cstdio>
#include <map>

#include "cli/command.h"

namespace augury::cli {
namespace {

class CliFlags : public Flags {
 public:
  explicit CliFlags(CLI::App& app) : app_(app) {}
  void flag(const char* name, bool& value, const char* help) override { app_.add_flag(name, value, help); }
  void option(const char* name, std::string& value, const char* help) override { add(name, value, help); }
  void option(const char* name, int& value, const char* help) override { add(name, value, help); }
  void option(const char* name, uint64_t& value, const char* help) override { add(name, value, help); }
  void option(const char* name, double& value, const char* help) override { add(name, value, help); }
  void option(const char* name, std::vector<std::string>& values, const char* help) override {
    app_.add_option(name, values, help)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  void positional(const char* name, std::string& value, const char* help, bool required) override {
    app_.add_option(name, value, help)->required(required);
  }
  void positional(const char* name, std::vector<std::string>& values, const char* help, bool required) override {
    app_.add_option(name, values, help)->required(required);
  }

 private:
  template <typename T>
  void add(const char* name, T& value, const char* help) {
    app_.add_option(name, value, help)->capture_default_str();
  }
  CLI::App& app_;
};

// "model score" lives under the group "model".
CLI::App& parent_of(CLI::App& root, std::map<std::string, CLI::App*>& groups, std::string& name) {
  auto space = name.find(' ');
  if (space == std::string::npos) return root;
  auto group = name.substr(0, space);
  name = name.substr(space + 1);
  if (!groups.contains(group)) {
    groups[group] = root.add_subcommand(group, "commands about " + group + "s");
    groups[group]->require_subcommand(1);
  }
  return *groups[group];
}

int usage_error(CLI::App& root, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return root.exit(error);  // --help
  std::fprintf(stderr, "augury: %s\nRun with --help for what it takes.\n", error.what());
  return kUsage;
}

}  // namespace

int run_command_line(int argc, const char* const* argv, Context& context) {
  CLI::App root{"Augury: real-time predictions for personalization", "augury"};
  root.require_subcommand(1);
  root.fallthrough(false);
  auto commands = all_commands();
  std::map<std::string, CLI::App*> groups;
  std::map<CLI::App*, Command*> by_app;
  for (auto& command : commands) {
    auto spec = command->spec();
    std::string name = spec.name;
    auto& parent = parent_of(root, groups, name);
    auto* app = parent.add_subcommand(name, spec.summary);
    app->footer(std::string("Example:\n  ") + spec.example);
    CliFlags flags(*app);
    command->flags(flags);
    by_app[app] = command.get();
  }
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return usage_error(root, error);
  }
  for (auto& [app, command] : by_app) {
    if (app->parsed()) return command->run(context);
  }
  return kUsage;
}

int fail(const Error& error) {
  std::fprintf(stderr, "augury: %s\n", error.message.c_str());
  return error.code == Code::Corrupt ? kCorrupt : kFailed;
}

}  // namespace augury::cli
