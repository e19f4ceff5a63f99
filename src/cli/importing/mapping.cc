#include "cli/importing/mapping.h"

#include <time.h>

#include <charconv>
#include <cmath>

#include "config/amount.h"
#include "config/fields.h"
#include "config/node.h"
#include "wire/time_text.h"

namespace augury::cli::importing {
namespace {

std::optional<Timestamp> by_pattern(const std::string& text, const std::string& pattern) {
  tm parts{};
  parts.tm_mday = 1;
  const char* end = strptime(text.c_str(), pattern.c_str(), &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  auto offset = parts.tm_gmtoff;
  return Timestamp(std::chrono::seconds(timegm(&parts) - offset));
}

// Beyond 1e11 from_epoch would take them for milliseconds.
std::optional<Timestamp> of_seconds(double seconds) {
  return std::abs(seconds) > 1e11 ? std::nullopt : wire::from_epoch(seconds);
}

void read_pairs(const config::Node* node, std::string_view what, std::map<std::string, std::string>& into,
                config::Problems& problems) {
  if (!node) return;
  config::Fields only_maps(*node, std::string(what), problems);
  for (const auto& entry : node->entries)
    if (auto text = config::read_text(entry.value, std::string(what) + "." + entry.name, problems))
      into[entry.name] = *text;
}

}  // namespace

Result<TimeFormat> TimeFormat::parse(std::string_view text) {
  if (text == "s") return TimeFormat{Unit::Seconds, ""};
  if (text == "ms") return TimeFormat{Unit::Milliseconds, ""};
  if (text == "us") return TimeFormat{Unit::Microseconds, ""};
  if (text == "ns") return TimeFormat{Unit::Nanoseconds, ""};
  if (text.find('%') != std::string_view::npos) return TimeFormat{Unit::Pattern, std::string(text)};
  return Error{Code::Invalid, "time: found '" + std::string(text) +
                                  "', expected s, ms, us or ns (since 1970), or a pattern such as %d/%m/%Y %H:%M"};
}

std::optional<Timestamp> TimeFormat::read(std::string_view text) const {
  if (unit == Unit::Pattern) return by_pattern(std::string(text), pattern);
  if (unit != Unit::Guess) {
    // Beyond 2^53 a double no longer holds every microsecond.
    int64_t whole = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (error == std::errc{} && end == text.data() + text.size()) return read(whole);
    auto number = config::parse_number(text);
    return number ? read(*number) : std::nullopt;
  }
  if (auto time = wire::parse_time(text)) return time;
  return wire::parse_rfc3339(std::string(text) + "Z");
}

std::optional<Timestamp> TimeFormat::read(double number) const {
  switch (unit) {
    case Unit::Guess:
      return wire::from_epoch(number);
    case Unit::Seconds:
      return of_seconds(number);
    case Unit::Milliseconds:
      return of_seconds(number / 1e3);
    case Unit::Microseconds:
      return of_seconds(number / 1e6);
    case Unit::Nanoseconds:
      return of_seconds(number / 1e9);
    case Unit::Pattern:
      break;
  }
  return std::nullopt;
}

std::optional<Timestamp> TimeFormat::read(int64_t number) const {
  if (unit == Unit::Microseconds || unit == Unit::Nanoseconds) {
    int64_t us = unit == Unit::Nanoseconds ? number / 1000 - (number % 1000 < 0 ? 1 : 0) : number;
    if (!of_seconds(static_cast<double>(us) / 1e6)) return std::nullopt;
    return from_micros(us);
  }
  return read(static_cast<double>(number));
}

Result<void> Mapping::add(std::string_view pair, std::string_view flag, std::map<std::string, std::string>& into) {
  auto equals = pair.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return Error{Code::Invalid, std::string(flag) + " wants NAME=WHAT, found '" + std::string(pair) + "'"};
  into[std::string(pair.substr(0, equals))] = pair.substr(equals + 1);
  return {};
}

Result<Mapping> read_mapping(std::string_view text, const std::string& file) {
  Mapping mapping;
  config::Problems problems;
  auto root = config::parse_yaml(text);
  if (!root) {
    problems.add(root.error().place, root.error().message);
  } else {
    config::Fields top(*root, "the mapping", problems);
    read_pairs(top.take("columns"), "columns", mapping.columns, problems);
    read_pairs(top.take("constants"), "constants", mapping.constants, problems);
    read_pairs(top.take("event_names"), "event_names", mapping.event_names, problems);
    if (const auto* node = top.take("separator"))
      mapping.separator = config::read_text(*node, "separator", problems).value_or("|");
    if (const auto* node = top.take("time")) {
      auto time = TimeFormat::parse(node->scalar);
      if (time)
        mapping.time = *time;
      else
        problems.add(node->place, time.error().message);
    }
    top.finish();
  }
  if (problems.empty()) return mapping;
  std::string all;
  for (const auto& problem : problems.sorted()) {
    if (!all.empty()) all += '\n';
    all += file + ":" + std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column) + ": " +
           problem.message;
  }
  return Error{Code::Invalid, std::move(all)};
}

}  // namespace augury::cli::importing
