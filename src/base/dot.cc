#include "base/dot.h"

#include <array>
#include <cstring>

#include "base/check.h"

// Vectors whose size is not known when compiling cannot stand in an array of sums.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "base/dot.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace augury::base {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR  // A machine without any of the instruction sets.

void rows(const float* query, const float* first, size_t size, size_t count, float* out) {
  for (size_t i = 0; i < count; ++i, first += size) out[i] = dot_plain({query, size}, {first, size});
}

#else

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::CappedTag<float, 16>;
using Lanes = hn::Vec<Tag>;
constexpr size_t kPerVector = hn::MaxLanes(Tag());
constexpr size_t kVectors = 16 / kPerVector;

struct Sums {
  Lanes of[kVectors];
};

HWY_INLINE void add(Sums& sums, const float* a, const float* b) {
  const Tag tag;
  for (size_t v = 0; v < kVectors; ++v)
    sums.of[v] = hn::Add(sums.of[v], hn::Mul(hn::LoadU(tag, a + v * kPerVector), hn::LoadU(tag, b + v * kPerVector)));
}

using Quarter = hn::FixedTag<float, 4>;

HWY_INLINE float fold(hn::Vec<Quarter> four) {
  auto two = hn::Add(four, hn::Shuffle1032(four));
  return hn::GetLane(hn::Add(two, hn::Shuffle2301(two)));
}

HWY_INLINE float fold(const Sums& sums) {
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  const hn::FixedTag<float, 8> half;
  const Quarter quarter;
  auto eight = hn::Add(hn::LowerHalf(half, sums.of[0]), hn::UpperHalf(half, sums.of[0]));
  return fold(hn::Add(hn::LowerHalf(quarter, eight), hn::UpperHalf(quarter, eight)));
#elif HWY_TARGET == HWY_AVX2
  const Quarter quarter;
  auto eight = hn::Add(sums.of[0], sums.of[1]);
  return fold(hn::Add(hn::LowerHalf(quarter, eight), hn::UpperHalf(quarter, eight)));
#else
  static_assert(kPerVector == 4);
  return fold(hn::Add(hn::Add(sums.of[0], sums.of[2]), hn::Add(sums.of[1], sums.of[3])));
#endif
}

HWY_INLINE float one(const float* a, const float* b, size_t size) {
  Sums sums;
  for (auto& v : sums.of) v = hn::Zero(Tag());
  size_t i = 0;
  for (; i + 16 <= size; i += 16) add(sums, a + i, b + i);
  if (i < size) {
    float last[2][16] = {};
    std::memcpy(last[0], a + i, (size - i) * sizeof(float));
    std::memcpy(last[1], b + i, (size - i) * sizeof(float));
    add(sums, last[0], last[1]);
  }
  return fold(sums);
}

void rows(const float* query, const float* first, size_t size, size_t count, float* out) {
  for (size_t i = 0; i < count; ++i, first += size) out[i] = one(query, first, size);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace augury::base
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace augury::base {

HWY_EXPORT(rows);

void dot_rows(std::span<const float> query, const float* rows, size_t count, float* out) {
  HWY_DYNAMIC_DISPATCH(rows)(query.data(), rows, query.size(), count, out);
}

float dot(std::span<const float> a, std::span<const float> b) {
  AUGURY_CHECK(a.size() == b.size());
  float out = 0;
  dot_rows(a, b.data(), 1, &out);
  return out;
}

float dot_plain(std::span<const float> a, std::span<const float> b) {
  AUGURY_CHECK(a.size() == b.size());
  std::array<float, kDotLanes> sums{};
  for (size_t i = 0; i < a.size(); ++i) {
    float product = a[i] * b[i];
    sums[i % kDotLanes] += product;
  }
  for (size_t half = kDotLanes / 2; half > 0; half /= 2)
    for (size_t k = 0; k < half; ++k) sums[k] += sums[k + half];
  return sums[0];
}

}  // namespace augury::base
#endif
