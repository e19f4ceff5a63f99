// Numbers to bytes and back, for what is kept on disk.
//
// Fixed-width numbers are little-endian, except in keys, where big-endian makes byte order number order. Varints are
// LEB128; signed ones are zigzag-coded first.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace augury::base {

static_assert(std::endian::native == std::endian::little, "the formats on disk are little-endian");

class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  template <typename T>
  void fixed(T value) {
    static_assert(std::is_trivially_copyable_v<T>);
    out_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void byte(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<uint8_t>(value | 0x80));
    byte(static_cast<uint8_t>(value));
  }
  void signed_varint(int64_t value) {
    varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  void text(std::string_view bytes) {
    varint(bytes.size());
    out_.append(bytes);
  }
  template <typename T>
  void big_endian(T value) {
    for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8)
      byte(static_cast<uint8_t>(static_cast<std::make_unsigned_t<T>>(value) >> shift));
  }

 private:
  std::string& out_;
};

// Reads what ByteWriter wrote. Running past the end sets `failed()` and yields zeros: check once, at the end.
// Borrows the bytes; texts it returns point into them.
class ByteReader {
 public:
  explicit ByteReader(std::string_view in) : in_(in) {}

  template <typename T>
  T fixed() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    if (!need(sizeof value)) return value;
    std::memcpy(&value, in_.data(), sizeof value);
    in_.remove_prefix(sizeof value);
    return value;
  }
  uint8_t byte() { return fixed<uint8_t>(); }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      uint8_t b = byte();
      value |= static_cast<uint64_t>(b & 0x7f) << shift;
      if (b < 0x80) return value;
    }
    failed_ = true;
    return 0;
  }
  int64_t signed_varint() {
    uint64_t v = varint();
    return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1);
  }
  std::string_view text() {
    uint64_t size = varint();
    if (!need(size)) return {};
    auto bytes = in_.substr(0, size);
    in_.remove_prefix(size);
    return bytes;
  }
  template <typename T>
  T big_endian() {
    std::make_unsigned_t<T> value = 0;
    for (size_t i = 0; i < sizeof value; ++i) value = static_cast<std::make_unsigned_t<T>>((value << 8) | byte());
    return static_cast<T>(value);
  }

  bool empty() const { return in_.empty(); }
  size_t left() const { return in_.size(); }
  bool failed() const { return failed_; }

 private:
  bool need(uint64_t bytes) {
    if (bytes <= in_.size()) return true;
    failed_ = true;
    in_ = {};
    return false;
  }

  std::string_view in_;
  bool failed_ = false;
};

}  // namespace augury::base
