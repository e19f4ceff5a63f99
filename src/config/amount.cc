#include "config/amount.h"

#include <charconv>
#include <cmath>
#include <iterator>

namespace augury::config {
namespace {

struct Unit {
  std::string_view name;
  double size;
};

constexpr Unit kTimes[] = {{"us", 1},     {"ms", 1e3},    {"s", 1e6},     {"m", 60e6},
                           {"h", 3600e6}, {"d", 86400e6}, {"w", 604800e6}};
constexpr Unit kCounts[] = {{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}};
constexpr Unit kBytes[] = {{"", 1},     {"B", 1},      {"kB", 1e3},      {"MB", 1e6},
                           {"GB", 1e9}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}};
constexpr double kDurationMax = 100 * 366 * 86400e6;

template <size_t N>
std::optional<double> with_unit(std::string_view text, const Unit (&units)[N]) {
  double x = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(x) || x < 0) return std::nullopt;
  std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  for (const auto& known : units)
    if (known.name == unit) return x * known.size;
  return std::nullopt;
}

std::optional<double> whole(std::optional<double> x, double max) {
  if (!x || *x > max) return std::nullopt;
  double rounded = std::round(*x);
  return std::abs(*x - rounded) > 1e-6 * std::max(1.0, rounded * 1e-9) ? std::nullopt : std::optional(rounded);
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  double x = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(x)) return std::nullopt;
  return x;
}

std::optional<Duration> parse_duration(std::string_view text) {
  auto us = whole(with_unit(text, kTimes), kDurationMax);
  return us ? std::optional(Duration{static_cast<int64_t>(*us)}) : std::nullopt;
}

std::string format_duration(Duration duration) {
  if (duration.count() == 0) return "0s";
  for (size_t i = std::size(kTimes) - 1; i-- > 0;) {
    auto size = static_cast<int64_t>(kTimes[i].size);
    if (duration.count() % size == 0) return std::to_string(duration.count() / size) + std::string(kTimes[i].name);
  }
  return std::to_string(duration.count()) + "us";
}

std::optional<double> parse_share(std::string_view text) {
  bool percent = text.ends_with('%');
  auto x = parse_number(text.substr(0, text.size() - percent));
  if (!x) return std::nullopt;
  double share = percent ? *x / 100 : *x;
  return share >= 0 && share <= 1 ? std::optional(share) : std::nullopt;
}

std::optional<uint64_t> parse_count(std::string_view text) {
  auto x = whole(with_unit(text, kCounts), 0x1p53);
  return x ? std::optional(static_cast<uint64_t>(*x)) : std::nullopt;
}

std::optional<uint64_t> parse_bytes(std::string_view text) {
  auto x = whole(with_unit(text, kBytes), 0x1p53);
  return x ? std::optional(static_cast<uint64_t>(*x)) : std::nullopt;
}

std::optional<bool> parse_boolean(std::string_view text) {
  for (auto word : {"true", "True", "TRUE", "yes", "on"})
    if (text == word) return true;
  for (auto word : {"false", "False", "FALSE", "no", "off"})
    if (text == word) return false;
  return std::nullopt;
}

}  // namespace augury::config
