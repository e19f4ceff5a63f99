#include <algorithm>
#include <cmath>
#include <compare>

#include "base/math.h"
#include "definition/functions.h"

namespace augury::definition {
namespace {

using Arguments = std::span<const Datum>;

template <auto F>
Datum one(Arguments a, const Constants&) {
  return Datum::of(static_cast<double>(F(a[0].as_number())));
}

template <auto F>
Datum two(Arguments a, const Constants&) {
  return Datum::of(static_cast<double>(F(a[0].as_number(), a[1].as_number())));
}

template <auto F>
Datum fold(Arguments a, const Constants&) {
  double x = a[0].as_number();
  for (const auto& other : a.subspan(1)) x = F(x, other.as_number());
  return Datum::of(x);
}

Datum clip(Arguments a, const Constants&) {
  return Datum::of(std::max(a[1].as_number(), std::min(a[0].as_number(), a[2].as_number())));
}

constexpr FunctionRow kArithmetic[] = {
    {"+", "nn", Type::Number, two<[](double x, double y) { return x + y; }>},
    {"-", "nn", Type::Number, two<[](double x, double y) { return x - y; }>},
    {"*", "nn", Type::Number, two<[](double x, double y) { return x * y; }>},
    {"/", "nn", Type::Number, two<[](double x, double y) { return x / y; }>},
    {"negative", "n", Type::Number, one<[](double x) { return -x; }>},
    {"min", "nn+", Type::Number, fold<[](double x, double y) { return y < x ? y : x; }>},
    {"max", "nn+", Type::Number, fold<[](double x, double y) { return x < y ? y : x; }>},
    {"abs", "n", Type::Number, one<[](double x) { return std::abs(x); }>},
    {"log", "n", Type::Number, one<[](double x) { return base::log(x); }>},
    {"log1p", "n", Type::Number, one<[](double x) { return base::log1p(x); }>},
    {"exp", "n", Type::Number, one<[](double x) { return base::exp(x); }>},
    {"sqrt", "n", Type::Number, one<[](double x) { return std::sqrt(x); }>},
    {"round", "n", Type::Number, one<[](double x) { return std::round(x); }>},
    {"clip", "nnn", Type::Number, clip},
};

std::partial_ordering compare(const Datum& a, const Datum& b) {
  if (a.kind == Datum::Kind::Text && b.kind == Datum::Kind::Text) return a.text.bytes <=> b.text.bytes;
  if (a.kind == Datum::Kind::Time && b.kind == Datum::Kind::Time) return a.time_us <=> b.time_us;
  return a.as_number() <=> b.as_number();
}

template <auto F>
Datum compared(Arguments a, const Constants&) {
  return Datum::of(static_cast<bool>(F(compare(a[0], a[1]))));
}

constexpr FunctionRow kComparison[] = {
    {"<", "", Type::Boolean, compared<&std::is_lt>},  {"<=", "", Type::Boolean, compared<&std::is_lteq>},
    {">", "", Type::Boolean, compared<&std::is_gt>},  {">=", "", Type::Boolean, compared<&std::is_gteq>},
    {"==", "", Type::Boolean, compared<&std::is_eq>}, {"!=", "", Type::Boolean, compared<&std::is_neq>},
};

}  // namespace

std::span<const FunctionRow> arithmetic_functions() { return kArithmetic; }
std::span<const FunctionRow> comparison_functions() { return kComparison; }

}  // namespace augury::definition
