#include "base/math.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/double_double.h"

namespace augury::base {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr DoubleDouble kLn2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
constexpr DoubleDouble kPi{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
constexpr DoubleDouble kHalfPi{kPi.hi / 2, kPi.lo / 2};
// Adding and taking it away rounds to a whole number; the low bits of the sum are that number.
constexpr double kRounder = 0x1.8p52;

template <size_t N>
constexpr double polynomial(const std::array<double, N>& c, double x) {
  double sum = c[N - 1];
  for (size_t i = N - 1; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

// ---- exp, exp2: 2^(whole + i/128) from a table, times a short polynomial.

constexpr int kExpSteps = 128;

constexpr auto kPowersOfTwo = [] {
  std::array<DoubleDouble, kExpSteps> table{};
  for (int i = 0; i < kExpSteps; ++i) {
    DoubleDouble x = kLn2 * DoubleDouble{i / double{kExpSteps}}, sum{1}, term{1};
    for (int n = 1; n <= 28; ++n) {
      term = term * x / DoubleDouble{static_cast<double>(n)};
      sum = sum + term;
    }
    table[static_cast<size_t>(i)] = sum;
  }
  return table;
}();

// (e^r - 1) / r for |r| < 0.003.
constexpr std::array<double, 6> kExpTaylor{1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720};

// (2^r - 1) / r for |r| <= 1/256.
constexpr auto kExp2Taylor = [] {
  std::array<double, 6> c{};
  DoubleDouble term{1};
  for (size_t n = 1; n <= c.size(); ++n) {
    term = term * kLn2 / DoubleDouble{static_cast<double>(n)};
    c[n - 1] = term.hi;
  }
  return c;
}();

// 2^(steps / 128) * (1 + small).
double scaled_power(int64_t steps, double small) {
  const DoubleDouble& power = kPowersOfTwo[static_cast<size_t>(steps & (kExpSteps - 1))];
  double value = power.hi + (power.lo + power.hi * small);
  int64_t exponent = steps >> 7;
  if (exponent > 1020 || exponent < -1020) return std::ldexp(value, static_cast<int>(exponent));
  return std::bit_cast<double>(std::bit_cast<int64_t>(value) + exponent * (int64_t{1} << 52));
}

double exp_of_sum(double x, double low) {
  if (!(x < 710)) return x != x ? x : kInf;
  if (x < -746) return 0;
  constexpr double kStepsPerUnit = kExpSteps / kLn2.hi;
  // 32 bits, so that times any step count it is exact.
  constexpr double kStepHi = 0x1.62e42feep-1 / kExpSteps;
  constexpr double kStepLo = 0x1.a39ef35793c76p-33 / kExpSteps;
  double rounded = x * kStepsPerUnit + kRounder;
  double steps = rounded - kRounder;
  double r = (x - steps * kStepHi) - (steps * kStepLo - low);
  return scaled_power(static_cast<int64_t>(steps), r * polynomial(kExpTaylor, r));
}

// ---- log: x = 2^k m, m near 1/c from a table with short c, log x = k ln 2 - log c + log1p(m c - 1).

constexpr int kLogSteps = 128;
constexpr uint64_t kLogLowest = 0x3fe6000000000000;  // m runs from 0.6875 to 1.375.

struct LogStep {
  double inverse;          // 10 bits; exactly 1 on both sides of 1, so that nothing cancels there.
  DoubleDouble minus_log;  // -log(inverse).
};

constexpr DoubleDouble log_by_series(DoubleDouble x) {
  DoubleDouble t = (x + DoubleDouble{-1}) / (x + DoubleDouble{1}), square = t * t, power = t, sum = t;
  for (int n = 3; n < 60; n += 2) {
    power = power * square;
    sum = sum + power / DoubleDouble{static_cast<double>(n)};
  }
  return sum + sum;
}

constexpr auto kLogTable = [] {
  std::array<LogStep, kLogSteps> table{};
  for (uint64_t i = 0; i < kLogSteps; ++i) {
    double low = std::bit_cast<double>(kLogLowest + (i << 45));
    double high = std::bit_cast<double>(kLogLowest + ((i + 1) << 45));
    double inverse = static_cast<double>(static_cast<int>(1024 / (low + high) + 0.5)) / 512;
    if (low == 1 || high == 1) inverse = 1;
    table[i] = {inverse, inverse == 1 ? DoubleDouble{} : -log_by_series({inverse})};
  }
  return table;
}();

// log1p(r) - r + r^2/2, divided by r^3, for |r| <= 1/100.
constexpr std::array<double, 9> kLogTaylor{1.0 / 3,  -1.0 / 4, 1.0 / 5,   -1.0 / 6, 1.0 / 7,
                                           -1.0 / 8, 1.0 / 9,  -1.0 / 10, 1.0 / 11};

// log(1 + r) to about 2^-68 of it; |r| <= 1/100.
DoubleDouble log1p_near_zero(DoubleDouble r) {
  DoubleDouble half_square = two_product(r.hi * 0.5, r.hi);
  double tail = r.hi * r.hi * r.hi * polynomial(kLogTaylor, r.hi) - r.hi * r.lo;
  DoubleDouble sum = quick_two_sum(r.hi, -half_square.hi);
  return quick_two_sum(sum.hi, sum.lo + (r.lo - half_square.lo + tail));
}

// For positive finite x.
DoubleDouble log_double_double(double x) {
  int64_t k = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    k = -54;
  }
  uint64_t bits = std::bit_cast<uint64_t>(x);
  uint64_t offset = bits - kLogLowest;
  k += static_cast<int64_t>(offset) >> 52;
  const LogStep& step = kLogTable[(offset >> 45) % kLogSteps];
  double m = std::bit_cast<double>(bits - (offset & (uint64_t{0xfff} << 52)));
  DoubleDouble product = two_product(m, step.inverse);
  DoubleDouble sum = log1p_near_zero(quick_two_sum(product.hi - 1, product.lo));
  if (step.inverse != 1) {
    DoubleDouble base = two_sum(step.minus_log.hi, sum.hi);
    sum = quick_two_sum(base.hi, base.lo + (step.minus_log.lo + sum.lo));
  }
  if (k == 0) return sum;
  // 42 bits, so that times any exponent it is exact.
  constexpr double kLn2Hi = 0x1.62e42fefa38p-1;
  constexpr double kLn2Lo = 0x1.ef35793c7673p-45;
  double exponent = static_cast<double>(k);
  DoubleDouble whole = two_sum(exponent * kLn2Hi, sum.hi);
  return quick_two_sum(whole.hi, whole.lo + (exponent * kLn2Lo + sum.lo));
}

bool is_whole(double y) { return std::floor(y) == y; }
bool is_odd(double y) { return is_whole(y) && std::abs(y) < 0x1p53 && (static_cast<int64_t>(y) & 1) != 0; }

// pow where x or y is 0, infinite or NaN.
double pow_at_edges(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y) return x + y;
  if (std::isinf(y)) {
    double size = std::abs(x);
    if (size == 1) return 1;
    return (size > 1) == (y > 0) ? kInf : 0;
  }
  double size = (x == 0) == (y > 0) ? 0 : kInf;
  return is_odd(y) ? std::copysign(size, x) : size;
}

// ---- sin, cos: x minus a whole number of quarter turns, then Taylor within an eighth.

struct Reduced {
  int64_t quarter;  // Modulo 4 it says which of sin, cos, -sin, -cos.
  DoubleDouble angle;
};

Reduced reduce(double x) {
  if (std::abs(x) <= kPi.hi / 4) return {0, {x, 0}};
  if (std::abs(x) > 1e6) x = std::fmod(x, 2 * kPi.hi);
  double quarters = (x * (2 / kPi.hi) + kRounder) - kRounder;
  // pi/2 in three parts of 33 bits and a rest: times the count each product but the last is exact.
  constexpr double kPart1 = 0x1.921fb544p+0, kPart2 = 0x1.0b4611a6p-34, kPart3 = 0x1.3198a2ep-69;
  constexpr double kPart4 = 0x1.b839a252049c1p-104;
  DoubleDouble sum = two_sum(x - quarters * kPart1, -(quarters * kPart2));
  sum = sum + DoubleDouble{-(quarters * kPart3)};
  return {static_cast<int64_t>(quarters), sum + DoubleDouble{-(quarters * kPart4)}};
}

template <size_t N>
constexpr std::array<double, N> alternating_factorials(int first) {
  std::array<double, N> c{};
  DoubleDouble factorial{1};
  for (int n = 2; n < first; ++n) factorial = factorial * DoubleDouble{static_cast<double>(n)};
  for (size_t i = 0; i < N; ++i) {
    int n = first + 2 * static_cast<int>(i);
    factorial = factorial * DoubleDouble{static_cast<double>(n)};
    c[i] = (DoubleDouble{i % 2 == 0 ? -1.0 : 1.0} / factorial).hi;
    factorial = factorial * DoubleDouble{static_cast<double>(n + 1)};
  }
  return c;
}

double sin_near_zero(DoubleDouble r) {
  static constexpr auto kTaylor = alternating_factorials<8>(3);
  double square = r.hi * r.hi;
  return r.hi + (r.lo * (1 - square / 2) + r.hi * (square * polynomial(kTaylor, square)));
}

double cos_near_zero(DoubleDouble r) {
  static constexpr auto kTaylor = alternating_factorials<7>(4);
  DoubleDouble half_square = two_product(r.hi * 0.5, r.hi);
  double square = r.hi * r.hi;
  double rest = -square * square * polynomial(kTaylor, square) - r.hi * r.lo - half_square.lo;
  DoubleDouble sum = quick_two_sum(1, -half_square.hi);
  return sum.hi + (sum.lo + rest);
}

double sin_of_quarter(const Reduced& x, int64_t shift) {
  int64_t quarter = (x.quarter + shift) & 3;
  double size = quarter % 2 == 0 ? sin_near_zero(x.angle) : cos_near_zero(x.angle);
  return quarter < 2 ? size : -size;
}

// ---- asin, atan2.

// (asin(s) - s) / s as a series in s^2, for s <= 1/2.
constexpr auto kAsinTaylor = [] {
  std::array<double, 27> c{};
  DoubleDouble factor{1};
  for (size_t i = 0; i < c.size(); ++i) {
    double n = 2.0 * static_cast<double>(i) + 1;
    factor = factor * DoubleDouble{n} / DoubleDouble{n + 1};
    c[i] = (factor / DoubleDouble{n + 2}).hi;
  }
  return c;
}();

double asin_excess(double square) { return square * polynomial(kAsinTaylor, square); }

// asin for x in [1/2, 1]: a quarter turn less twice the asin of sqrt((1 - x) / 2).
double asin_near_one(double x) {
  double z = (1 - x) / 2;
  if (z == 0) return kHalfPi.hi;
  double root = std::sqrt(z);
  DoubleDouble square = two_product(root, root);
  double low = ((z - square.hi) - square.lo) / (2 * root);
  DoubleDouble sum = two_sum(kHalfPi.hi, -2 * root);
  return sum.hi + (sum.lo + (kHalfPi.lo - 2 * (low + root * asin_excess(z))));
}

constexpr int kAtanSteps = 64;

// atan(i / 64), each from the one before: atan a - atan b = atan((a - b) / (1 + a b)).
constexpr auto kAtanTable = [] {
  std::array<DoubleDouble, kAtanSteps + 1> table{};
  for (int i = 1; i <= kAtanSteps; ++i) {
    DoubleDouble t = DoubleDouble{64} / DoubleDouble{4096.0 + i * (i - 1)};
    DoubleDouble minus_square = -(t * t), power = t, sum = t;
    for (int n = 3; n < 23; n += 2) {
      power = power * minus_square;
      sum = sum + power / DoubleDouble{static_cast<double>(n)};
    }
    table[static_cast<size_t>(i)] = table[static_cast<size_t>(i - 1)] + sum;
  }
  return table;
}();

constexpr std::array<double, 6> kAtanTaylor{-1.0 / 3, 1.0 / 5, -1.0 / 7, 1.0 / 9, -1.0 / 11, 1.0 / 13};

// atan(y / x) for 0 <= y <= x, x of moderate size.
DoubleDouble atan_of_ratio(double y, double x) {
  double step = (y / x * kAtanSteps + kRounder) - kRounder;
  double c = step / kAtanSteps;
  DoubleDouble product = two_product(c, x);
  double numerator = (y - product.hi) - product.lo;
  double r = numerator / (x + c * y);
  double square = r * r;
  double excess = r * (square * polynomial(kAtanTaylor, square));
  const DoubleDouble& base = kAtanTable[static_cast<size_t>(step)];
  DoubleDouble sum = two_sum(base.hi, r);
  return quick_two_sum(sum.hi, sum.lo + (base.lo + excess));
}

// atan(y / x) in [0, pi/2] for finite y, x >= 0, not both 0.
DoubleDouble atan_first_quadrant(double y, double x) {
  bool swap = y > x;
  double low = swap ? x : y, high = swap ? y : x;
  double scale = high > 0x1p500 ? 0x1p-600 : high < 0x1p-400 ? 0x1p600 : 1;
  DoubleDouble angle;
  if (low / high < 0x1p-60)
    angle = {low / high, 0};
  else
    angle = atan_of_ratio(low * scale, high * scale);
  return swap ? kHalfPi + -angle : angle;
}

}  // namespace

double exp(double x) { return exp_of_sum(x, 0); }

double exp2(double x) {
  if (!(x < 1024)) return x != x ? x : kInf;
  if (x < -1080) return 0;
  double steps = (x * kExpSteps + kRounder) - kRounder;
  double r = x - steps / kExpSteps;
  return scaled_power(static_cast<int64_t>(steps), r * polynomial(kExp2Taylor, r));
}

double log(double x) {
  if (x == 0) return -kInf;
  if (!(x > 0)) return x != x ? x : kNan;
  if (x == kInf) return x;
  return log_double_double(x).hi;
}

double log1p(double x) {
  if (x == -1) return -kInf;
  if (!(x > -1)) return x != x ? x : kNan;
  if (x == kInf) return x;
  if (std::abs(x) < 0x1p-54) return x;
  if (std::abs(x) < 1.0 / 128) return log1p_near_zero({x, 0}).hi;
  DoubleDouble whole = two_sum(1, x);
  DoubleDouble sum = log_double_double(whole.hi);
  return sum.hi + (sum.lo + whole.lo / whole.hi);
}

double pow(double x, double y) {
  if (!std::isfinite(x) || !std::isfinite(y) || x == 0 || y == 0 || x == 1) return pow_at_edges(x, y);
  if (x < 0 && !is_whole(y)) return kNan;
  double sign = x < 0 && is_odd(y) ? -1 : 1;
  double size = std::abs(x);
  if (size == 1) return sign;
  DoubleDouble log_x = log_double_double(size);
  if (std::abs(y) > 0x1p64) return sign * ((log_x.hi > 0) == (y > 0) ? kInf : 0);
  if (std::abs(y) < 0x1p-64) return 1;
  DoubleDouble exponent = two_product(y, log_x.hi);
  return sign * exp_of_sum(exponent.hi, exponent.lo + y * log_x.lo);
}

double sin(double x) {
  if (!std::isfinite(x)) return kNan;
  return std::abs(x) < 0x1p-27 ? x : sin_of_quarter(reduce(x), 0);
}

double cos(double x) { return std::isfinite(x) ? sin_of_quarter(reduce(x), 1) : kNan; }

double asin(double x) {
  double size = std::abs(x);
  if (!(size <= 1)) return kNan;
  if (size < 0x1p-27) return x;
  if (size < 0.5) return x + x * asin_excess(x * x);
  return std::copysign(asin_near_one(size), x);
}

double atan2(double y, double x) {
  if (x != x || y != y) return kNan;
  double up = std::abs(y), right = std::abs(x);
  if (std::isinf(up) && std::isinf(right))
    up = right = 1;
  else if (std::isinf(up))
    up = 1, right = 0;
  else if (std::isinf(right))
    right = 1, up = 0;
  DoubleDouble angle = up == 0 ? DoubleDouble{} : atan_first_quadrant(up, right);
  if (std::signbit(x)) angle = kPi + -angle;
  return std::copysign(angle.hi + angle.lo, y);
}

}  // namespace augury::base
