#include "cli/answer_table.h"

#include <fmt/format.h>

#include <cstdio>

#include "wire/json_reader.h"

namespace augury::cli {
namespace {

std::string_view text_of(const wire::JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  return found && found->text() ? *found->text() : std::string_view("-");
}

double number_of(const wire::JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  return found && found->number() ? *found->number() : 0;
}

std::string summary(const wire::JsonValue& root) {
  auto meta = root.find("metadata");
  if (!meta) return {};
  auto line = fmt::format("  level {}  models {}  {:.2f} ms", text_of(*meta, "level"), text_of(*meta, "model_version"),
                          number_of(*meta, "latency_ms"));
  if (auto hit = meta->find("cache_hit"); hit && hit->boolean().value_or(false)) line += "  (from the cache)";
  if (auto why = meta->find("fallback_reason"); why && why->text()) line += fmt::format("  reason {}", *why->text());
  if (auto error = root.find("error"))
    line += fmt::format("\n  {}: {}", text_of(*error, "code"), text_of(*error, "message"));
  return line + "\n";
}

}  // namespace

std::string reasons_text(const wire::JsonValue& item) {
  std::string out;
  auto list = item.find("reasons");
  if (!list) return out;
  for (auto reason : list->elements()) {
    if (auto feature = reason.find("feature")) {
      out += fmt::format("        {:+.4f}  {}\n", number_of(reason, "contribution"), text_of(reason, "feature"));
    } else {
      out += fmt::format("        found by {}{}{}\n", text_of(reason, "source"), reason.find("to") ? " " : "",
                         reason.find("to") ? text_of(reason, "to") : "");
    }
  }
  return out;
}

std::string answer_table(std::string_view body, size_t rows_max) {
  wire::JsonReader reader;
  auto root = reader.read(body);
  if (!root) return std::string(body) + "\n";
  std::string out;
  size_t row = 0;
  if (auto items = root->find("predictions")) {
    for (auto item : items->elements()) {
      if (row++ == rows_max) break;
      out += fmt::format("  {:>3}  {:<20} {:>10.4f}  {}\n", number_of(item, "rank"), text_of(item, "item_id"),
                         number_of(item, "score"), text_of(item, "explanation"));
      out += reasons_text(item);
    }
  }
  return out + summary(*root);
}

int print_answer(const Reply& reply) {
  auto table = answer_table(reply.body);
  std::fputs(table.c_str(), reply.status < 300 ? stdout : stderr);
  return reply.status < 300 ? kDone : kFailed;
}

}  // namespace augury::cli
