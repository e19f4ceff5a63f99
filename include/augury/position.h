// A place in the record of events: "everything up to here".
//
// One machine has one stream and shows the offset alone ("184467"); a cluster shows
// "stream:offset" ("3:184467").
#pragma once

#include <charconv>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace augury {

struct Position {
  uint32_t stream = 0;
  uint64_t offset = 0;  // Sequence of the newest record covered; 0 = none yet.

  constexpr auto operator<=>(const Position&) const = default;

  std::string text() const {
    return stream == 0 ? std::to_string(offset) : std::to_string(stream) + ":" + std::to_string(offset);
  }

  // Empty if `text` is not of the form above.
  static std::optional<Position> parse(std::string_view text) {
    Position p;
    if (auto colon = text.find(':'); colon != std::string_view::npos) {
      if (!read(text.substr(0, colon), p.stream)) return std::nullopt;
      text.remove_prefix(colon + 1);
    }
    return read(text, p.offset) ? std::optional(p) : std::nullopt;
  }

 private:
  template <typename Integer>
  static bool read(std::string_view digits, Integer& out) {
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc{} && end == digits.data() + digits.size() && !digits.empty();
  }
};

}  // namespace augury
