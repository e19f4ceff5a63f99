#include <fmt/format.h>

#include <cstdio>

#include "base/clock.h"
#include "cli/all_commands.h"
#include "cli/doctor/folder_checks.h"
#include "cli/doctor/server_checks.h"
#include "cli/doctor/value_checks.h"
#include "definition/parse.h"
#include "wire/json_writer.h"

namespace augury::cli {
namespace {

class Doctor : public Command {
 public:
  Spec spec() const override {
    return {"doctor", "what is missing or odd, in plain words: app files, their data, a running server",
            "augury doctor shop.yaml --data ./augury-data"};
  }

  void flags(Flags& flags) override {
    flags.positional("app_files", files_, "app files, looked at together with their data", false);
    flags.option("--data", data_, "the data folder; opened, so no server may run on it");
    flags.option("--url", url_, "a running server, such as http://127.0.0.1:8080");
    flags.flag("--json", json_, "machine-readable output");
  }

  int run(Context&) override {
    if (files_.empty() && url_.empty())
      return fail({Code::Invalid, "what to look at? give app files, --url of a running server, or both"});
    for (const auto& file : files_) check_app(file);
    if (!url_.empty()) {
      auto server = doctor::check_server(url_, base::system_wall_clock().now(), findings_);
      findings_.about(url_);
      if (!server) findings_.add(server.error().message, "is it running, and is this its address?");
    }
    print();
    return findings_.all().empty() ? kDone : kFailed;
  }

 private:
  void check_app(const std::string& file) {
    findings_.about(file);
    auto app = definition::load_app(file);
    if (!app) return findings_.add(app.error().message, "mend the app file; augury check looks at it alone");
    findings_.about(app->name);
    auto looked = check_data(*app, file);
    if (!looked && looked.error().code == Code::Conflict && !url_.empty()) return;  // The server is asked instead.
    if (!looked) findings_.add(looked.error().message, advice(looked.error().code));
  }

  Result<void> check_data(const definition::App& app, const std::string& file) {
    AUGURY_TRY(auto facts, doctor::read_folder(data_ + "/" + app.name));
    doctor::check_disk(data_, findings_);
    doctor::check_folder(app, facts, base::system_wall_clock().now(), findings_);
    AUGURY_TRY(auto engine, Engine::open({.app_files = {file}, .data_folder = data_}));
    return doctor::check_values(*engine, app, facts, findings_);
  }

  static const char* advice(Code code) {
    switch (code) {
      case Code::NotFound:
        return "give --data, or begin: augury serve, augury import";
      case Code::Conflict:
        return "give --url of the server that has it open, or stop it";
      default:
        return "mend this first; the rest was not looked at";
    }
  }

  void print() const {
    if (!json_) {
      std::fputs(findings_.all().empty() ? "nothing odd was found\n" : findings_.text().c_str(), stdout);
      return;
    }
    std::string out;
    wire::JsonWriter json(out);
    json.begin_object();
    json.key("findings");
    json.begin_array();
    for (const auto& finding : findings_.all()) {
      json.begin_object();
      json.member("about", finding.about);
      json.member("found", finding.found);
      json.member("advice", finding.advice);
      json.end_object();
    }
    json.end_array();
    json.end_object();
    fmt::print("{}\n", out);
  }

  std::vector<std::string> files_;
  std::string data_ = "augury-data", url_;
  bool json_ = false;
  doctor::Findings findings_;
};

}  // namespace

std::unique_ptr<Command> make_doctor() { return std::make_unique<Doctor>(); }

}  // namespace augury::cli
