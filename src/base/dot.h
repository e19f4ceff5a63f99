// Inner products of float vectors, with the same bits on every machine.
//
// A sum of floats depends on its order, and wider machines add in another one. So the order is fixed: sixteen running
// sums, the i-th product goes to sum i mod 16, and the sixteen are folded in halves (8 + 8, 4 + 4, 2 + 2, 1 + 1):
//
//      products   0  1  2 ... 15 | 16 17 ... 31 | ...
//      sums      [0][1][2] ... [15]                     fold: s[k] += s[k + 8], s[k + 4], s[k + 2], s[k + 1]
//
// Products are rounded before they are added. The instruction set is chosen at run time; dot_plain() is the same in
// plain C++ and its oracle. Zeros at the end of both vectors change no bit, so rows may be padded.
#pragma once

#include <cstddef>
#include <span>

namespace augury::base {

inline constexpr size_t kDotLanes = 16;

// Both of one size.
float dot(std::span<const float> a, std::span<const float> b);

// One query against `count` rows of its size that lie one after the other: out[i] = dot(query, row i). Rows of a
// multiple of sixteen are fastest.
void dot_rows(std::span<const float> query, const float* rows, size_t count, float* out);

float dot_plain(std::span<const float> a, std::span<const float> b);

}  // namespace augury::base
