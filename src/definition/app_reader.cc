#include "definition/app_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "config/names.h"

namespace augury::definition {
namespace {

constexpr std::array<std::string_view, 13> kReserved{"now", "any", "everyone", "session", "user", "item", "context",
                                                     "and", "or",  "not",      "if",      "true", "false"};

}  // namespace

Parsed AppReader::read(const config::Node& root) {
  config::Fields top(root, "the app file", problems_);
  if (auto* name = top.require("app")) {
    auto text = config::read_text(*name, "app", problems_);
    if (text && !config::is_name(*text, true))
      config::found_expected(*name, "app", "a name of letters, digits, _ and -", problems_);
    app_.name = text.value_or("");
  }
  read_entities(top.take("entities"));
  read_events(top.require("events"));
  read_settings(top);
  const Node* models = top.take("models");
  declare_stored_vectors();
  declare_features(top.take("features"));
  read_models(models);
  read_features();
  read_placements(top.take("placements"));
  read_experiments(top.take("experiments"));
  for (auto later : {"keep", "precompute", "reward", "alerts", "limits"}) top.later(later);
  top.finish();
  return std::move(*this).result();
}

Parsed AppReader::result() && {
  Parsed out;
  for (auto& problem : problems_.sorted()) out.problems.push_back({source(problem.place), std::move(problem.message)});
  out.app = std::move(app_);
  out.notes = std::move(notes_);
  return out;
}

bool AppReader::named(const config::Entry& entry, std::string_view what, bool dashes) {
  if (config::is_name(entry.name, dashes)) return true;
  report(entry.place, "'" + entry.name + "' is no name for " + std::string(what) + "; use letters, digits and _" +
                          (dashes ? " and -" : "") + ", a letter first");
  return false;
}

void AppReader::claim(const config::Entry& entry, std::string_view what) {
  if (!named(entry, what)) return;
  if (std::find(kReserved.begin(), kReserved.end(), entry.name) != kReserved.end())
    return report(entry.place, "'" + entry.name + "' is a reserved word; choose another name for " + std::string(what));
  auto [at, fresh] = taken_.try_emplace(entry.name, std::string(what), entry.place);
  if (!fresh)
    report(entry.place, "'" + entry.name + "' is the name of " + at->second.first + " in line " +
                            std::to_string(at->second.second.line) +
                            " already; vectors, features, models and events share their names");
}

void AppReader::report_in_text(const Node& node, int at, std::string message) {
  if (node.comment_follows)
    message += " (what follows # is a comment; an expression that contains \" #\" needs quotes)";
  config::Place place = node.text_place();
  if (node.one_line)
    place.column += at;
  else
    message = "column " + std::to_string(at + 1) + " of the text: " + message, place = node.place;
  report(place, std::move(message));
}

void AppReader::unknown(const Node& node, std::string_view what, const std::vector<std::string>& names) {
  if (node.kind != Node::Kind::Scalar) return config::found_expected(node, what, "a name", problems_);
  report(node.place,
         std::string(what) + ": unknown name '" + node.scalar + "'" + config::expected_one_of(node.scalar, names));
}

}  // namespace augury::definition
