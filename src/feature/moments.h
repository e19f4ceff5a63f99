// Times, panes and amounts as a row holds them: whole numbers, so that no order of adding changes a bit.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace augury::feature {

// Microseconds since 1970 in a word where 0 means "none".
constexpr int64_t kTimeBias = int64_t{1} << 62;
constexpr uint64_t word_of_time(int64_t us) { return static_cast<uint64_t>(us + kTimeBias); }
constexpr int64_t time_of_word(uint64_t word) { return static_cast<int64_t>(word) - kTimeBias; }
constexpr int64_t kNever = -kTimeBias;  // What the word 0 reads as: before every moment.

constexpr int64_t floor_div(int64_t a, int64_t b) { return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0); }

// Sums are counted in millionths.
using Units = __int128;

// `x` in millionths, rounded half to even once, from the exact value of the double. |x| < 2^53.
constexpr Units units_of(double x) {
  auto bits = std::bit_cast<uint64_t>(x);
  int exponent = static_cast<int>((bits >> 52) & 0x7ff);
  if (exponent == 0) return 0;  // Denormals are far below half a millionth.
  Units mantissa = static_cast<Units>((bits & ((uint64_t{1} << 52) - 1)) | (uint64_t{1} << 52)) * 1'000'000;
  int shift = 1075 - exponent;
  Units whole = 0;
  if (shift <= 0) {
    whole = mantissa << -shift;
  } else if (shift < 80) {
    whole = mantissa >> shift;
    Units rest = mantissa - (whole << shift);
    Units half = Units{1} << (shift - 1);
    if (rest > half || (rest == half && (whole & 1) != 0)) ++whole;
  }
  return (bits >> 63) != 0 ? -whole : whole;
}

constexpr double value_of(Units units) { return static_cast<double>(units) / 1e6; }

// A number in a word that orders as the numbers do, and is never 0: the largest so far can start from a row of zeros.
constexpr uint64_t word_of_number(double x) {
  auto bits = std::bit_cast<uint64_t>(x);
  return (bits >> 63) != 0 ? ~bits : bits | (uint64_t{1} << 63);
}
constexpr double number_of_word(uint64_t word) {
  return std::bit_cast<double>((word >> 63) != 0 ? word & ~(uint64_t{1} << 63) : ~word);
}

// A sum of squares that left 127 bits, whatever comes after.
constexpr Units kTooLarge = -1;
constexpr Units plus_square(Units squares, Units of) {
  Units square = 0;
  if (squares < 0 || __builtin_mul_overflow(of, of, &square) || __builtin_add_overflow(squares, square, &squares))
    return kTooLarge;
  return squares;
}

// The population variance of n numbers from their exact sums in millionths: (n Σu² - (Σu)²) / n² in whole numbers of
// 256 bits, each rounded once to a double. NaN without numbers or with `squares` too large.
double variance_of(uint64_t n, Units sum, Units squares);

}  // namespace augury::feature
