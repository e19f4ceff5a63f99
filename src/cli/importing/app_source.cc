#include "cli/importing/app_source.h"

#include "definition/parse.h"
#include "wire/json_reader.h"

namespace augury::cli::importing {
namespace {

Result<std::string> only_app(Target& target) {
  AUGURY_TRY(auto reply, target.call("GET", "/v1/status", ""));
  wire::JsonReader reader;
  auto root = reader.read(reply.body);
  auto apps = root ? root->find("apps") : std::nullopt;
  if (reply.status != 200 || !apps) return Error{Code::Unavailable, error_message(reply)};
  if (apps->size() != 1)
    return Error{Code::Invalid,
                 "the server has " + std::to_string(apps->size()) + " apps; say which with --app and its app file"};
  auto name = (*apps->elements().begin()).find("app");
  if (!name || !name->text()) return Error{Code::Unavailable, "the server does not say the name of its app"};
  return std::string(*name->text());
}

}  // namespace

Result<definition::App> load_app(const std::string& app_file, Target& target) {
  if (!app_file.empty()) return definition::load_app(app_file);
  AUGURY_TRY(auto name, only_app(target));
  AUGURY_TRY(auto reply, target.call("GET", "/v1/apps/" + name, ""));
  wire::JsonReader reader;
  auto root = reader.read(reply.body);
  auto text = root ? root->find("text") : std::nullopt;
  if (reply.status != 200 || !text || !text->text())
    return Error{Code::Invalid, "this server does not show its app file; give a copy of it with --app"};
  auto parsed = definition::parse_app(*text->text(), name + " of the server");
  if (!parsed.problems.empty()) return Error{Code::Invalid, parsed.problems.front().text()};
  return parsed.app;
}

}  // namespace augury::cli::importing
