// What a field, an attribute or a piece of context holds.
//
// Text is borrowed: a Value lives no longer than the bytes it was read from.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "augury/time.h"

namespace augury {

struct Location {
  double lat = 0;  // Degrees, -90..90.
  double lon = 0;  // Degrees, -180..180.
  bool operator==(const Location&) const = default;
};

using Strings = std::span<const std::string_view>;

// monostate = missing. A time given as text or number arrives as it was written and is read when its type is known.
using Value = std::variant<std::monostate, double, bool, std::string_view, Strings, Location>;

struct NamedValue {
  std::string_view name;
  Value value;
};

}  // namespace augury
