// A number as the unevaluated sum of two doubles: about 106 bits, from plain double arithmetic alone.
//
// Dekker (1971) and Knuth: the rounding error of a sum or product of doubles is itself a double. No fused
// multiply-add, so the bits are the same everywhere; constexpr, so tables are computed by the compiler.
#pragma once

namespace augury::base {

// |lo| is at most half a unit in the last place of `hi`.
struct DoubleDouble {
  double hi = 0;
  double lo = 0;
};

// a + b exactly; |a| >= |b| or a == 0.
constexpr DoubleDouble quick_two_sum(double a, double b) {
  double sum = a + b;
  return {sum, b - (sum - a)};
}

// a + b exactly.
constexpr DoubleDouble two_sum(double a, double b) {
  double sum = a + b;
  double from_b = sum - a;
  return {sum, (a - (sum - from_b)) + (b - from_b)};
}

// a * b exactly, for factors below 2^996 and products above 2^-960.
constexpr DoubleDouble two_product(double a, double b) {
  constexpr double kSplitter = 0x1p27 + 1;
  double a_big = kSplitter * a, b_big = kSplitter * b;
  double a_hi = a_big - (a_big - a), b_hi = b_big - (b_big - b);
  double a_lo = a - a_hi, b_lo = b - b_hi;
  double product = a * b;
  return {product, ((a_hi * b_hi - product) + a_hi * b_lo + a_lo * b_hi) + a_lo * b_lo};
}

constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
  DoubleDouble sum = two_sum(a.hi, b.hi), low = two_sum(a.lo, b.lo);
  sum = quick_two_sum(sum.hi, sum.lo + low.hi);
  return quick_two_sum(sum.hi, sum.lo + low.lo);
}

constexpr DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
  DoubleDouble product = two_product(a.hi, b.hi);
  return quick_two_sum(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}

constexpr DoubleDouble operator-(DoubleDouble a) { return {-a.hi, -a.lo}; }

constexpr DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
  double first = a.hi / b.hi;
  DoubleDouble rest = a + -(b * DoubleDouble{first});
  double second = rest.hi / b.hi;
  rest = rest + -(b * DoubleDouble{second});
  return DoubleDouble{first} + DoubleDouble{second} + DoubleDouble{rest.hi / b.hi};
}

}  // namespace augury::base
