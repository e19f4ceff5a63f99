#include "wire/json_writer.h"

#include <charconv>
#include <cmath>

#include "wire/text.h"

namespace augury::wire {
namespace {

bool is_plain(char c) {
  auto byte = static_cast<uint8_t>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

void append_escape(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u00";
  out += kHex[static_cast<uint8_t>(c) >> 4];
  out += kHex[static_cast<uint8_t>(c) & 15];
}

template <typename... Number>
void append_shortest(std::string& out, Number... number) {
  char digits[32];
  auto end = std::to_chars(digits, digits + sizeof digits, number...).ptr;
  out.append(digits, end);
}

template <typename Real>
void append_real(Real number, std::string& out) {
  if (!std::isfinite(number)) {
    out += "null";
  } else if (std::abs(number) < Real(0x1p63)) {
    append_shortest(out, number);
  } else {
    append_shortest(out, number, std::chars_format::scientific);  // Strict readers refuse integers beyond 64 bits.
  }
}

}  // namespace

void JsonWriter::append_quoted(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    size_t length = utf8_character(text);
    if (length == 0) {
      out += "\xef\xbf\xbd";
      length = 1;
    } else if (length == 1) {
      append_escape(text[0], out);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void JsonWriter::append_number(double number, std::string& out) { append_real(number, out); }
void JsonWriter::append_number(float number, std::string& out) { append_real(number, out); }

void JsonWriter::append_integer(int64_t number, std::string& out) { append_shortest(out, number); }
void JsonWriter::append_integer(uint64_t number, std::string& out) { append_shortest(out, number); }

}  // namespace augury::wire
