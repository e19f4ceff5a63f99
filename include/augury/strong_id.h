// Numbers that cannot be mixed up: an ItemNumber does not pass for a UserNumber.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace augury {

template <typename Integer, typename Tag>
struct StrongId {
  Integer value{};

  constexpr StrongId() = default;
  constexpr explicit StrongId(Integer v) : value(v) {}
  constexpr auto operator<=>(const StrongId&) const = default;
};

}  // namespace augury

template <typename Integer, typename Tag>
struct std::hash<augury::StrongId<Integer, Tag>> {
  size_t operator()(augury::StrongId<Integer, Tag> id) const noexcept { return std::hash<Integer>{}(id.value); }
};
