#include <fmt/format.h>

#include <algorithm>

#include "config/amount.h"
#include "config/names.h"
#include "definition/app_reader.h"
#include "definition/token.h"

// Calls in an expression that stand for a feature of their own, made once per different call and named by its text.
namespace augury::definition {

Result<Reference> AppReader::done(std::string_view event, std::optional<Duration> span) {
  if (event != "any" && app_.event(event) < 0) {
    std::vector<std::string> events;
    for (const auto& known : app_.events) events.push_back(known.name);
    return Error{Code::Invalid,
                 "'done': unknown event '" + std::string(event) + "'" + config::expected_one_of(event, events)};
  }
  auto text = "count(" + std::string(event) + ") by user, item" +
              (span ? " over " + config::format_duration(*span) : std::string());
  try {
    return Reference{Reference::Kind::Feature, text, hidden_feature(text), Type::Number};
  } catch (const Fault& fault) {
    return Error{Code::Invalid, "'done': " + fault.message};
  }
}

Result<Reference> AppReader::pull(const PullCall& call) {
  auto refuse = [&](const std::string& message) { return Error{Code::Invalid, "'pull': " + message}; };
  auto name = std::string(call.together);
  auto index = declared_feature(name);
  if (!index) return refuse("unknown feature '" + name + "'" + config::expected_one_of(name, feature_names()));
  if (*index < 0) return Reference{Reference::Kind::Feature, name, -1, Type::Number};
  const Aggregation* together = app_.features[static_cast<size_t>(*index)].aggregation();
  if (together == nullptr || together->function != Function::Together)
    return refuse("'" + name + "' is no together(...) feature");
  int kept = together->together.history + 1;
  Pull pull{*index, call.size.value_or(std::min(Pull{}.size, kept)), call.decay, call.half_life};
  if (pull.size > kept)
    return refuse("'" + name + "' keeps the last " + std::to_string(kept) + " items of a user, found " +
                  std::to_string(pull.size) + "; write history " + std::to_string(pull.size) + " there");
  auto text = fmt::format("pull({}, item, {}, {}{})", name, pull.size, pull.decay,
                          pull.half_life ? ", " + config::format_duration(*pull.half_life) : "");
  Feature feature;
  feature.what = pull;
  return Reference{Reference::Kind::Feature, text, hidden_feature(text, std::move(feature)), Type::Number};
}

Result<Reference> AppReader::similar(std::string_view list, std::string_view attribute) {
  auto refuse = [&](const std::string& message) { return Error{Code::Invalid, "'similar': " + message}; };
  auto name = std::string(list);
  auto index = declared_feature(name);
  if (!index) return refuse("unknown feature '" + name + "'" + config::expected_one_of(name, feature_names()));
  if (*index < 0) return Reference{Reference::Kind::Feature, name, -1, Type::Number};
  if (!lists_items_of_asker(app_.features[static_cast<size_t>(*index)]))
    return refuse("'" + name + "' is no list of items by user or session such as last(30, click.item) by user");
  Similar similar{*index, app_.item_attribute(attribute)};
  std::vector<std::string> words;
  for (const auto& known : app_.item_attributes)
    if (known.type == Type::Text || known.type == Type::Texts) words.push_back(known.name);
  if (std::find(words.begin(), words.end(), attribute) == words.end())
    return refuse("'item." + std::string(attribute) + "' is no string or strings attribute" +
                  config::expected_one_of(attribute, words));
  auto text = "similar(" + name + ", item." + std::string(attribute) + ")";
  Feature feature;
  feature.what = similar;
  return Reference{Reference::Kind::Feature, text, hidden_feature(text, std::move(feature)), Type::Number};
}

}  // namespace augury::definition
