// What may pass as text from outside.
#pragma once

#include <cstddef>
#include <string_view>

namespace augury::wire {

// The length (1 to 4) of the UTF-8 character that `bytes` begins with; 0 if it begins with none: cut short, overlong,
// a surrogate, beyond U+10FFFF.
size_t utf8_character(std::string_view bytes);

bool is_utf8(std::string_view bytes);

constexpr size_t kIdBytesMax = 256;

// Ids of users, items, sessions and events: 1 to 256 bytes of UTF-8 without control characters.
bool is_id(std::string_view bytes);

}  // namespace augury::wire
