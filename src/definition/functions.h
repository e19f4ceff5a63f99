// The functions an expression may call, and the steps it becomes once it is checked.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "definition/expression.h"

namespace augury::definition {

// What a call gets besides its arguments: constants written in brackets, `n` of hash.
struct Constants {
  std::span<const Datum> list;
  double whole = 0;
};

// Arguments are present and of the types the row asks for, except where the row is `lenient`. What it returns is
// missing if it is not finite.
using Run = Datum (*)(std::span<const Datum> arguments, const Constants& constants);

// `parameters`, a letter each: n number, b condition, x any text, number or condition, t time, l location, m members
// (a list or strings), w text or strings, v vectors, all of one dimension; N constant numbers, K constants, i constant
// whole number; a final + repeats the last.
struct FunctionRow {
  std::string_view name;
  std::string_view parameters;
  Type result = Type::Number;
  Run run = nullptr;
  bool zoned = false;    // context.timezone is handed over as a last argument, missing if it is not there.
  bool lenient = false;  // Missing arguments reach it.
};

constexpr size_t kArgumentsMax = 16;

std::span<const FunctionRow> arithmetic_functions();
std::span<const FunctionRow> comparison_functions();  // Of equal types, signs as names.
std::span<const FunctionRow> time_functions();
std::span<const FunctionRow> list_functions();
std::span<const FunctionRow> vector_functions();
std::span<const FunctionRow> place_functions();  // bucket, code, hash, distance: where a value lies.

// Null if there is none.
const FunctionRow* function_named(std::string_view name);
std::vector<std::string> function_names();

// A checked expression. A tree: the few steps of one fit a cache line or two.
struct Step {
  enum class Kind { Constant, Read, Call, If, FirstPresent, And, Or, Not };
  Kind kind = Kind::Constant;
  Type type = Type::Number;
  int dimension = 0;  // Vector.
  Datum constant;
  int reference = -1;
  const FunctionRow* row = nullptr;
  std::vector<Step> children;
  std::vector<Datum> list;
  double whole = 0;
};

struct Expression::Program {
  std::string text;
  Step root;
  std::vector<Reference> references;
  std::vector<std::unique_ptr<std::string>> texts;  // Behind the constants.
};

}  // namespace augury::definition
