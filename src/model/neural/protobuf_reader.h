// Walks the fields of one protobuf message in place: no schema, no copies, nothing outside the bytes given.
#pragma once

#include <cstdint>
#include <string_view>

namespace augury::model {

enum class WireType : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

struct ProtobufField {
  uint32_t number = 0;
  WireType type = WireType::Varint;
  uint64_t integer = 0;    // Varint, Fixed64, Fixed32.
  std::string_view bytes;  // Bytes: the value.
  std::string_view whole;  // The field as it stands in the message, tag included.
};

// Not thread-safe; borrows the message.
class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message) : left_(message) {}

  // False at the end and at damage; broken() tells which.
  bool next(ProtobufField& field);
  bool broken() const { return broken_; }

 private:
  bool fixed(size_t size, uint64_t& value);
  bool value_of(ProtobufField& field);

  std::string_view left_;
  bool broken_ = false;
};

// Takes one varint from the front of `left`. False, and `left` unspecified, if it does not end in ten bytes.
bool take_varint(std::string_view& left, uint64_t& value);

// The number of varints in a packed field; -1 if the last one does not end.
int64_t count_varints(std::string_view packed);

}  // namespace augury::model
