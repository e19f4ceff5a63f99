#include "feature/moments.h"

#include <limits>

namespace augury::feature {
namespace {

using Wide = unsigned __int128;

// A whole number of 256 bits.
struct Wider {
  Wide high = 0;
  Wide low = 0;
};

constexpr Wide low_half(Wide x) { return x & ~uint64_t{0}; }

Wider product(Wide a, Wide b) {
  Wide low = low_half(a) * low_half(b);
  Wide one = (a >> 64) * low_half(b);
  Wide other = low_half(a) * (b >> 64);
  Wide middle = (low >> 64) + low_half(one) + low_half(other);
  return {(a >> 64) * (b >> 64) + (one >> 64) + (other >> 64) + (middle >> 64), (middle << 64) | low_half(low)};
}

Wider difference(const Wider& a, const Wider& b) { return {a.high - b.high - (a.low < b.low ? 1 : 0), a.low - b.low}; }

int leading_zeros(Wide x) {
  auto high = static_cast<uint64_t>(x >> 64);
  return high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<uint64_t>(x));
}

// Rounded half to even, once: the 128 leading bits, the last of them set if anything behind is.
double nearest(const Wider& x) {
  if (x.high == 0) return static_cast<double>(x.low);
  int shift = 128 - leading_zeros(x.high);
  Wide leading = shift == 128 ? x.high : (x.high << (128 - shift)) | (x.low >> shift);
  Wide behind = shift == 128 ? x.low : x.low << (128 - shift);
  if (behind != 0) leading |= 1;
  return std::ldexp(static_cast<double>(leading), shift);
}

}  // namespace

double variance_of(uint64_t n, Units sum, Units squares) {
  if (n == 0 || squares < 0) return std::numeric_limits<double>::quiet_NaN();
  Wide magnitude = sum < 0 ? -static_cast<Wide>(sum) : static_cast<Wide>(sum);
  Wider above = difference(product(n, static_cast<Wide>(squares)), product(magnitude, magnitude));
  return nearest(above) / static_cast<double>(Wide{n} * n) / 1e12;
}

}  // namespace augury::feature
