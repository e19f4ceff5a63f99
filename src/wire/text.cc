#include "wire/text.h"

#include <cstdint>
#include <cstring>

namespace augury::wire {
namespace {

uint8_t at(std::string_view bytes, size_t i) { return static_cast<uint8_t>(bytes[i]); }
bool continues(std::string_view bytes, size_t i) { return (at(bytes, i) & 0xc0) == 0x80; }

size_t ascii_run(std::string_view bytes) {
  size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    if (word & 0x8080808080808080u) break;
  }
  while (i < bytes.size() && at(bytes, i) < 0x80) ++i;
  return i;
}

bool is_control(std::string_view character) {
  if (character.size() == 1) return at(character, 0) < 0x20 || at(character, 0) == 0x7f;
  return character.size() == 2 && at(character, 0) == 0xc2 && at(character, 1) < 0xa0;
}

}  // namespace

size_t utf8_character(std::string_view bytes) {
  if (bytes.empty()) return 0;
  uint8_t lead = at(bytes, 0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (bytes.size() < length) return 0;
  for (size_t i = 1; i < length; ++i)
    if (!continues(bytes, i)) return 0;
  uint8_t second = at(bytes, 1);
  if (lead == 0xe0 && second < 0xa0) return 0;
  if (lead == 0xed && second > 0x9f) return 0;
  if (lead == 0xf0 && second < 0x90) return 0;
  if (lead == 0xf4 && second > 0x8f) return 0;
  return length;
}

bool is_utf8(std::string_view bytes) {
  while (true) {
    bytes.remove_prefix(ascii_run(bytes));
    if (bytes.empty()) return true;
    size_t length = utf8_character(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
}

bool is_id(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > kIdBytesMax) return false;
  while (!bytes.empty()) {
    size_t length = utf8_character(bytes);
    if (length == 0 || is_control(bytes.substr(0, length))) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace augury::wire
