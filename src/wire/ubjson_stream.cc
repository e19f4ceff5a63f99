#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <vector>

#include "wire/value_stream.h"

namespace augury::wire {
namespace {

constexpr size_t kDepthMax = 64;

// Bytes of a number behind its marker; 0 if the marker is none of a number.
size_t number_size(char marker) {
  switch (marker) {
    case 'i':
    case 'U':
      return 1;
    case 'I':
      return 2;
    case 'l':
    case 'd':
      return 4;
    case 'L':
    case 'D':
      return 8;
    default:
      return 0;
  }
}

std::string shown(char marker) {
  if (marker > ' ' && marker <= '~') return std::string("'") + marker + "'";
  return "byte value " + std::to_string(static_cast<unsigned char>(marker));
}

class UbjsonStream final : public ValueStream {
 public:
  explicit UbjsonStream(std::string_view bytes) : bytes_(bytes) {}

  Result<Kind> kind() override {
    AUGURY_TRY(const char marker, peek());
    if (number_size(marker) > 0) return Kind::Number;
    switch (marker) {
      case 'Z':
        return Kind::Null;
      case 'T':
      case 'F':
        return Kind::Boolean;
      case 'S':
      case 'C':
        return Kind::Text;
      case '[':
        return Kind::Array;
      case '{':
        return Kind::Object;
      case 'H':
        return wrong("a high-precision number", "one of at most 64 bits");
      default:
        return wrong(shown(marker), "the marker of a value");
    }
  }

  Result<bool> boolean() override {
    AUGURY_TRY(const char marker, peek());
    if (marker != 'T' && marker != 'F') return wrong(shown(marker), to_string(Kind::Boolean));
    take_marker();
    return marker == 'T';
  }

  Result<void> null() override {
    AUGURY_TRY(const char marker, peek());
    if (marker != 'Z') return wrong(shown(marker), to_string(Kind::Null));
    take_marker();
    return {};
  }

  Result<double> number() override {
    AUGURY_TRY(const char marker, number_marker());
    if (marker == 'd') return static_cast<double>(std::bit_cast<float>(raw<uint32_t>()));
    if (marker == 'D') return std::bit_cast<double>(raw<uint64_t>());
    return static_cast<double>(whole(marker));
  }

  Result<float> number_as_float() override {
    AUGURY_TRY(const char marker, number_marker());
    if (marker == 'd') return std::bit_cast<float>(raw<uint32_t>());
    if (marker == 'D') return static_cast<float>(std::bit_cast<double>(raw<uint64_t>()));
    return static_cast<float>(whole(marker));
  }

  Result<int64_t> integer() override {
    AUGURY_TRY(const Kind here, kind());
    AUGURY_TRY(const char marker, peek());
    if (here != Kind::Number || marker == 'd' || marker == 'D') return wrong(shown(marker), "a whole number");
    AUGURY_TRY_VOID(number_marker());
    return whole(marker);
  }

  Result<std::string> text() override {
    AUGURY_TRY(const char marker, peek());
    if (marker != 'S' && marker != 'C') return wrong(shown(marker), to_string(Kind::Text));
    take_marker();
    std::string value;
    if (marker == 'C') {
      AUGURY_TRY_VOID(need(1, "a character"));
      value = bytes_.substr(at_++, 1);
      return value;
    }
    AUGURY_TRY_VOID(read_text(value));
    return value;
  }

  Result<void> begin_object() override {
    AUGURY_TRY_VOID(begin('{', Kind::Object));
    if (byte_here() == '$' || byte_here() == '#') return wrong("an optimized object", "a plain one");
    return {};
  }

  Result<void> begin_array() override {
    AUGURY_TRY_VOID(begin('[', Kind::Array));
    Level& level = open_.back();
    if (byte_here() == '$') {
      ++at_;
      level.type = byte_here();
      if (number_size(level.type) == 0) return wrong(shown(level.type), "a type of numbers in a typed array");
      ++at_;
      if (byte_here() != '#') return wrong(shown(byte_here()), "'#' and the count of a typed array");
    }
    if (byte_here() != '#') return {};
    ++at_;
    AUGURY_TRY(level.left, count());
    const size_t least = level.type == 0 ? 1 : number_size(level.type);
    if (static_cast<uint64_t>(level.left) > (bytes_.size() - at_) / least)
      return wrong(std::to_string(level.left) + " elements declared",
                   "at most the " + std::to_string(bytes_.size() - at_) + " bytes that are left");
    return {};
  }

  Result<bool> next_member(std::string& name) override {
    skip_no_ops();
    AUGURY_TRY_VOID(need(1, "a member or '}'"));
    if (byte_here() == '}') return close();
    AUGURY_TRY_VOID(read_text(name));
    return true;
  }

  Result<bool> next_element() override {
    Level& level = open_.back();
    if (level.left == 0) {
      open_.pop_back();
      return false;
    }
    if (level.left > 0) return --level.left, true;
    skip_no_ops();
    AUGURY_TRY_VOID(need(1, "an element or ']'"));
    if (byte_here() == ']') return close();
    return true;
  }

  Result<void> end() override {
    skip_no_ops();
    if (at_ < bytes_.size()) return wrong(shown(byte_here()), "the end of the document");
    return {};
  }

  size_t offset() const override { return at_; }

 protected:
  bool inside_object() const override { return !open_.empty() && open_.back().object; }

 private:
  struct Level {
    int64_t left = -1;  // Elements to come; -1: until ']'.
    char type = 0;      // Of all elements; 0: each has its marker.
    bool object = false;
  };

  char byte_here() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }
  void skip_no_ops() {
    while (at_ < bytes_.size() && bytes_[at_] == 'N') ++at_;
  }
  bool typed() const { return !open_.empty() && open_.back().type != 0; }

  Result<void> need(size_t bytes, std::string_view what) const {
    if (bytes_.size() - at_ >= bytes) return {};
    return wrong(std::to_string(bytes_.size() - at_) + " bytes", what);
  }

  // The marker of the value that stands here.
  Result<char> peek() {
    if (typed()) return open_.back().type;
    skip_no_ops();
    AUGURY_TRY_VOID(need(1, "a value"));
    return byte_here();
  }
  void take_marker() {
    if (!typed()) ++at_;
  }

  // Takes the marker of a number; its bytes are there.
  Result<char> number_marker() {
    AUGURY_TRY(const char marker, peek());
    const size_t size = number_size(marker);
    if (size == 0) return wrong(shown(marker), to_string(Kind::Number));
    take_marker();
    AUGURY_TRY_VOID(need(size, "the " + std::to_string(size) + " of a number"));
    return marker;
  }

  // Big-endian. The bytes are there.
  template <typename Bits>
  Bits raw() {
    Bits bits = 0;
    for (size_t i = 0; i < sizeof(Bits); ++i)
      bits = static_cast<Bits>(static_cast<uint64_t>(bits) << 8 | static_cast<unsigned char>(bytes_[at_++]));
    return bits;
  }

  int64_t whole(char marker) {
    switch (marker) {
      case 'i':
        return static_cast<int8_t>(raw<uint8_t>());
      case 'U':
        return raw<uint8_t>();
      case 'I':
        return static_cast<int16_t>(raw<uint16_t>());
      case 'l':
        return static_cast<int32_t>(raw<uint32_t>());
      default:
        return static_cast<int64_t>(raw<uint64_t>());
    }
  }

  // A length or count, which has its own marker always.
  Result<int64_t> count() {
    const char marker = byte_here();
    const size_t size = number_size(marker);
    if (size == 0 || marker == 'd' || marker == 'D') return wrong(shown(marker), "a length");
    AUGURY_TRY_VOID(need(1 + size, "a length"));
    ++at_;
    const int64_t value = whole(marker);
    if (value < 0) return wrong("the length " + std::to_string(value), "0 or more");
    return value;
  }

  Result<void> read_text(std::string& value) {
    AUGURY_TRY(const int64_t length, count());
    if (static_cast<uint64_t>(length) > bytes_.size() - at_)
      return wrong("a text of " + std::to_string(length) + " bytes",
                   "at most the " + std::to_string(bytes_.size() - at_) + " that are left");
    value = bytes_.substr(at_, static_cast<size_t>(length));
    at_ += static_cast<size_t>(length);
    return {};
  }

  Result<void> begin(char bracket, Kind kind) {
    AUGURY_TRY(const char marker, peek());
    if (marker != bracket) return wrong(shown(marker), to_string(kind));
    if (open_.size() == kDepthMax) return wrong("more than 64 levels", "fewer");
    take_marker();
    open_.push_back({.object = kind == Kind::Object});
    return {};
  }

  bool close() {
    ++at_;
    open_.pop_back();
    return false;
  }

  std::string_view bytes_;
  size_t at_ = 0;
  std::vector<Level> open_;
};

}  // namespace

std::unique_ptr<ValueStream> ubjson_stream(std::string_view bytes) { return std::make_unique<UbjsonStream>(bytes); }

}  // namespace augury::wire
