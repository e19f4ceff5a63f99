#include "cli/explanation_text.h"

#include <fmt/format.h>

#include "cli/answer_table.h"
#include "wire/json_reader.h"

namespace augury::cli {
namespace {

using wire::JsonValue;

std::string text_of(const JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  return std::string(found && found->text() ? *found->text() : std::string_view("-"));
}

bool is_true(const JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  return found && found->boolean().value_or(false);
}

std::string number_text(const std::optional<JsonValue>& value) {
  return value && value->number() ? fmt::format("{:.6g}", *value->number()) : "-";
}

std::string value_text(const JsonValue& value) {
  if (value.number()) return fmt::format("{:.6g}", *value.number());
  if (value.text()) return std::string(*value.text());
  if (value.boolean()) return *value.boolean() ? "true" : "false";
  if (value.is_null()) return "missing";
  std::string list;
  for (auto entry : value.elements()) {
    auto id = entry.find("id");
    list += (list.empty() ? "" : ", ") +
            (id ? value_text(*id) + " " + number_text(entry.find("weight")) : value_text(entry));
  }
  return "[" + list + "]";
}

std::string values(const JsonValue& owner, std::string_view indent) {
  std::string out;
  if (auto all = owner.find("features"))
    for (auto member : all->members()) out += fmt::format("{}{} = {}\n", indent, member.name, value_text(member.value));
  return out;
}

std::string lines(const JsonValue& root, std::string_view name, std::string_view prefix) {
  std::string out;
  if (auto list = root.find(name))
    for (auto line : list->elements()) out += fmt::format("{}{}\n", prefix, value_text(line));
  return out;
}

std::string head(const JsonValue& root) {
  auto out = fmt::format("{}  placement {}  user {}  now {}  position {}\n  level {}", text_of(root, "prediction_id"),
                         text_of(root, "placement"), text_of(root, "user_id"), text_of(root, "now"),
                         text_of(root, "position"), text_of(root, "level"));
  if (is_true(root, "cache_hit")) out += "  (from the cache)";
  if (auto why = root.find("fallback_reason"); why && why->text()) out += fmt::format("  reason {}", *why->text());
  if (auto variant = root.find("variant"); variant && variant->text())
    out += fmt::format("  {} {}", text_of(root, "experiment_id"), *variant->text());
  out += "\n";
  if (auto members = root.find("members"))
    for (auto member : members->elements()) {
      auto version = member.find("version");
      out += fmt::format("  {} x {}{}\n", number_text(member.find("weight")), text_of(member, "name"),
                         version && version->text() ? "@" + std::string(*version->text()) : "");
    }
  return out;
}

std::string items(const JsonValue& root) {
  std::string out;
  auto list = root.find("predictions");
  if (!list) return out;
  for (auto item : list->elements()) {
    auto score = item.find("score"), again = item.find("score_recomputed");
    out += fmt::format("  {:>3}  {:<20} {:>12}", number_text(item.find("rank")), text_of(item, "item_id"),
                       number_text(score));
    bool same = score && again && score->number() && again->number() && *score->number() == *again->number();
    out += same ? "\n" : fmt::format("  (computed again: {})\n", number_text(again));
    out += reasons_text(item) + values(item, "        ");
  }
  return out;
}

std::string candidates(const JsonValue& root) {
  auto list = root.find("candidates");
  if (!list) return {};
  size_t shown = 0;
  for (auto candidate : list->elements())
    if (auto rank = candidate.find("rank"); rank && rank->number()) ++shown;
  return fmt::format("  {} candidates{}, {} of them shown\n", list->size(),
                     is_true(root, "candidates_kept") ? "" : " (found again, the list was not kept)", shown);
}

}  // namespace

std::string explanation_text(std::string_view body) {
  wire::JsonReader reader;
  auto root = reader.read(body);
  if (!root) return std::string(body) + "\n";
  auto out = head(*root);
  out += is_true(*root, "exact") ? "  computed again, every score the same to the bit\n"
                                 : fmt::format("  not exact; values as of: {}\n", text_of(*root, "values_as_of"));
  return out + lines(*root, "doubts", "    because ") + lines(*root, "rules", "  rule  ") + values(*root, "  ") +
         items(*root) + candidates(*root);
}

}  // namespace augury::cli
