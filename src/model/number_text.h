// Numbers as models and tables write them, read to the nearest double.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace augury::model {

// Decimal or scientific, "inf" and "nan" included; too large is inf, too small 0. Nothing unless all of `text` is one
// number.
std::optional<double> read_number(std::string_view text);

// Nothing unless all of `text` is one whole number that fits.
template <typename Integer>
std::optional<Integer> read_integer(std::string_view text) {
  Integer value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace augury::model
