// Writes JSON straight into a string, without a tree in between.
//
//   JsonWriter json(out);
//   json.begin_object();
//   json.member("rank", 1);
//   json.key("tags"), json.begin_array(), json.value("new"), json.end_array();
//   json.end_object();
//
// Commas are its work; balance is the caller's. Whatever it is given, what it writes is valid: bytes that are no UTF-8
// become U+FFFD, NaN and infinities become null. A double is the shortest text that reads back as the same double.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace augury::wire {

// Not thread-safe (one per reply). Appends to `out`, which outlives it.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  void key(std::string_view name) {
    separate();
    append_quoted(name, out_);
    out_ += ':';
    comma_ = false;
  }

  void value(std::string_view text) {
    separate();
    append_quoted(text, out_);
  }
  void value(const char* text) { value(std::string_view(text)); }
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(double number) {
    separate();
    append_number(number, out_);
  }
  // The shortest text that reads back as the same float.
  void value(float number) {
    separate();
    append_number(number, out_);
  }
  void value(std::span<const float> numbers) {
    begin_array();
    for (float x : numbers) value(x);
    end_array();
  }
  template <std::same_as<bool> Bool>
  void value(Bool b) {
    raw(b ? "true" : "false");
  }
  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  void value(Integer number) {
    separate();
    if constexpr (std::signed_integral<Integer>)
      append_integer(static_cast<int64_t>(number), out_);
    else
      append_integer(static_cast<uint64_t>(number), out_);
  }
  void null() { raw("null"); }

  // `json` is written as it is; it must be one whole value.
  void raw(std::string_view json) {
    separate();
    out_ += json;
  }

  template <typename T>
  void member(std::string_view name, const T& x) {
    key(name);
    value(x);
  }

  // The same without a writer.
  static void append_quoted(std::string_view text, std::string& out);
  static void append_number(double number, std::string& out);
  static void append_number(float number, std::string& out);
  static void append_integer(int64_t number, std::string& out);
  static void append_integer(uint64_t number, std::string& out);

 private:
  void separate() {
    if (comma_) out_ += ',';
    comma_ = true;
  }
  void open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
  }
  void close(char bracket) {
    out_ += bracket;
    comma_ = true;
  }

  std::string& out_;
  bool comma_ = false;  // A value stands before this place in the same object or array.
};

}  // namespace augury::wire
