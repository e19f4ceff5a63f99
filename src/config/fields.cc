#include "config/fields.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "config/amount.h"
#include "config/names.h"

namespace augury::config {
namespace {

template <typename Parse>
auto read(const Node& node, std::string_view what, std::string_view expected, Problems& problems, Parse parse)
    -> decltype(parse(std::string_view())) {
  if (node.kind == Node::Kind::Scalar)
    if (auto value = parse(std::string_view(node.scalar))) return value;
  found_expected(node, what, expected, problems);
  return {};
}

}  // namespace

void found_expected(const Node& node, std::string_view what, std::string_view expected, Problems& problems) {
  problems.add(node.place, std::string(what) + ": found " + node.found() + ", expected " + std::string(expected));
}

std::optional<std::string> read_text(const Node& node, std::string_view what, Problems& problems) {
  return read(node, what, "text", problems,
              [](std::string_view t) { return t.empty() ? std::nullopt : std::optional(std::string(t)); });
}

std::optional<double> read_number(const Node& node, std::string_view what, Problems& problems) {
  return read(node, what, "a number", problems, parse_number);
}

std::optional<int64_t> read_whole(const Node& node, std::string_view what, int64_t lowest, int64_t highest,
                                  Problems& problems) {
  auto expected = "a whole number from " + std::to_string(lowest) + " to " + std::to_string(highest);
  return read(node, what, expected, problems, [&](std::string_view t) -> std::optional<int64_t> {
    auto x = parse_number(t);
    if (!x || std::floor(*x) != *x || *x < static_cast<double>(lowest) || *x > static_cast<double>(highest)) return {};
    return static_cast<int64_t>(*x);
  });
}

std::optional<Duration> read_duration(const Node& node, std::string_view what, Problems& problems) {
  return read(node, what, "a duration such as 100ms, 5m or 30d", problems, parse_duration);
}

std::optional<double> read_share(const Node& node, std::string_view what, Problems& problems) {
  return read(node, what, "a share such as 10%", problems, parse_share);
}

std::optional<uint64_t> read_count(const Node& node, std::string_view what, Problems& problems) {
  return read(node, what, "a whole number such as 50000 or 50M", problems, parse_count);
}

std::optional<bool> read_boolean(const Node& node, std::string_view what, Problems& problems) {
  return read(node, what, "true or false", problems, parse_boolean);
}

Fields::Fields(const Node& node, std::string what, Problems& problems)
    : node_(node), what_(std::move(what)), problems_(problems) {
  if (node.kind == Node::Kind::Scalar || node.kind == Node::Kind::Sequence)
    found_expected(node, what_, "a map", problems_);
}

const Node* Fields::take(std::string_view name) {
  known_.emplace_back(name);
  return node_.find(name);
}

const Node* Fields::require(std::string_view name) {
  const Node* value = take(name);
  bool reported = node_.kind == Node::Kind::Scalar || node_.kind == Node::Kind::Sequence;
  if (!value && !reported) problems_.add(node_.place, what_ + ": '" + std::string(name) + "' is missing");
  return value;
}

void Fields::later(std::string_view name) { refused_.emplace_back(name); }

void Fields::finish() {
  auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const auto& entry : node_.entries) {
    if (has(known_, entry.name)) continue;
    auto message = has(refused_, entry.name)
                       ? what_ + ": '" + entry.name + "' is not built yet"
                       : "unknown key '" + entry.name + "' in " + what_ + expected_one_of(entry.name, known_);
    problems_.add(entry.place, std::move(message));
  }
}

}  // namespace augury::config
