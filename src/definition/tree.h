// An expression as it was written: operators are calls of functions named by their sign. Nothing is bound yet.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "definition/token.h"

namespace augury::definition {

struct Tree {
  enum class Kind { Number, Span, Text, Name, List, Call };
  Kind kind = Kind::Number;
  std::string text;  // Name, Call: the name; Text: its bytes.
  double number = 0;
  Duration span{};
  std::vector<Tree> children;
  int at = 0;
};

constexpr int kExpressionDepthMax = 64;

// The one expression that `tokens` spell. Throws Fault.
Tree tree_of(std::span<const Token> tokens);

}  // namespace augury::definition
