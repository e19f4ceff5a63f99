// The words of an expression: names, numbers, durations, texts, signs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "augury/time.h"

namespace augury::definition {

// What is wrong with a text and where (0-based byte). Thrown inside this module, never out of it.
struct Fault {
  int at = 0;
  std::string message;
};

struct Token {
  enum class Kind { Name, Number, Span, Text, Sign, End };
  Kind kind = Kind::End;
  std::string text;   // Name (dots included), Sign: as written. Text: without its quotes.
  double number = 0;  // Number; Span: seconds.
  Duration span{};
  int at = 0;  // Where it begins and ends in the text.
  int end = 0;

  bool is(std::string_view sign) const { return kind == Kind::Sign && text == sign; }
  bool is_name(std::string_view name) const { return kind == Kind::Name && text == name; }
  // For messages: "'abc'", "the end".
  std::string found() const;
};

constexpr size_t kExpressionBytesMax = 16 << 10;

// Ends with an End token. Throws Fault.
std::vector<Token> tokens_of(std::string_view text);

}  // namespace augury::definition
