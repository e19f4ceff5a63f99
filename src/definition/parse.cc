#include "definition/parse.h"

#include <fstream>
#include <iterator>
#include <utility>

#include <filesystem>

#include "config/node.h"
#include "definition/app_reader.h"

namespace augury::definition {

std::string Problem::text() const {
  return source.file + ":" + std::to_string(source.line) + ":" + std::to_string(source.column) + ": " + message;
}

Parsed parse_app(std::string_view text, std::string file) {
  auto root = config::parse_yaml(text);
  if (root) return AppReader(std::move(file)).read(*root);
  Parsed out;
  out.problems.push_back({{std::move(file), root.error().place.line, root.error().place.column}, root.error().message});
  return out;
}

Result<std::string> read_app_file(const std::string& path) {
  std::error_code error;
  auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return Error{Code::NotFound, "app file '" + path + "' does not exist"};
  if (!std::filesystem::is_regular_file(status))
    return Error{Code::Unavailable, "app file '" + path + "' is no regular file"};
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) return Error{Code::Unavailable, "app file '" + path + "' cannot be read"};
  return text;
}

Result<App> load_app(const std::string& path) {
  AUGURY_TRY(auto text, read_app_file(path));
  Parsed parsed = parse_app(text, path);
  if (parsed.problems.empty()) return std::move(parsed.app);
  std::string all;
  for (const auto& problem : parsed.problems) all += (all.empty() ? "" : "\n") + problem.text();
  return Error{Code::Invalid, std::move(all)};
}

}  // namespace augury::definition
