// Appends fields of a protobuf message to its bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace augury::model {

inline void put_varint(uint64_t value, std::string& to) {
  for (; value >= 0x80; value >>= 7) to.push_back(static_cast<char>(value | 0x80));
  to.push_back(static_cast<char>(value));
}

// A text, bytes or message.
inline void put_protobuf_field(uint32_t number, std::string_view bytes, std::string& to) {
  put_varint(number << 3 | 2, to);
  put_varint(bytes.size(), to);
  to += bytes;
}

inline void put_protobuf_field(uint32_t number, uint64_t value, std::string& to) {
  put_varint(number << 3, to);
  put_varint(value, to);
}

}  // namespace augury::model
