#include "model/neural/protobuf_reader.h"

#include <algorithm>

namespace augury::model {

bool take_varint(std::string_view& left, uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !left.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(left.front());
    left.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool ProtobufReader::fixed(size_t size, uint64_t& value) {
  if (left_.size() < size) return false;
  value = 0;
  for (size_t i = 0; i < size; ++i) value |= static_cast<uint64_t>(static_cast<uint8_t>(left_[i])) << (8 * i);
  left_.remove_prefix(size);
  return true;
}

bool ProtobufReader::value_of(ProtobufField& field) {
  switch (field.type) {
    case WireType::Varint:
      return take_varint(left_, field.integer);
    case WireType::Fixed64:
      return fixed(8, field.integer);
    case WireType::Fixed32:
      return fixed(4, field.integer);
    case WireType::Bytes: {
      uint64_t size = 0;
      if (!take_varint(left_, size) || size > left_.size()) return false;
      field.bytes = left_.substr(0, size);
      left_.remove_prefix(size);
      return true;
    }
  }
  return false;  // Groups are no part of proto3.
}

bool ProtobufReader::next(ProtobufField& field) {
  if (left_.empty() || broken_) return false;
  const std::string_view from = left_;
  uint64_t tag = 0;
  field = {};
  broken_ = !take_varint(left_, tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff;
  if (broken_) return false;
  field.number = static_cast<uint32_t>(tag >> 3);
  field.type = static_cast<WireType>(tag & 7);
  broken_ = !value_of(field);
  field.whole = from.substr(0, from.size() - left_.size());
  return !broken_;
}

int64_t count_varints(std::string_view packed) {
  if (!packed.empty() && static_cast<uint8_t>(packed.back()) >= 0x80) return -1;
  return std::count_if(packed.begin(), packed.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

}  // namespace augury::model
