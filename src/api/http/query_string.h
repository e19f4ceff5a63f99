// The part of a target behind the question mark, and percent-decoding.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace augury::api {

// Empty if a % is not followed by two hex digits. `plus`: + stands for a space.
std::optional<std::string> percent_decode(std::string_view text, bool plus);

// Owned, decoded pairs in order; pairs that do not decode are left out.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

}  // namespace augury::api
