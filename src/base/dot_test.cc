#include "base/dot.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <bit>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace augury::base {
namespace {

uint32_t bits(float x) { return std::bit_cast<uint32_t>(x); }

// Of very different sizes, so that another order of adding shows.
std::vector<float> random_vector(Random& random, size_t size) {
  std::vector<float> out(size);
  for (float& x : out)
    x = static_cast<float>((random.uniform() - 0.5) * std::ldexp(1.0, static_cast<int>(random.below(40)) - 20));
  return out;
}

// On every instruction set this machine has.
TEST(Dot, HasTheBitsOfThePlainOneForEverySize) {
  constexpr uint64_t kSeed = 41;
  for (int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
    int64_t target = left & -left;
    SCOPED_TRACE(std::string(hwy::TargetName(target)) + ", seed " + std::to_string(kSeed));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    Random random(kSeed);
    for (size_t size = 0; size < 200; ++size) {
      for (int round = 0; round < 20; ++round) {
        auto a = random_vector(random, size), b = random_vector(random, size);
        ASSERT_EQ(bits(dot(a, b)), bits(dot_plain(a, b))) << "size " << size;
      }
    }
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

TEST(Dot, OfARowIsTheSameAloneAndAmongOthers) {
  Random random(42);
  for (size_t size : {size_t{1}, size_t{16}, size_t{63}, size_t{64}, size_t{100}, size_t{4096}}) {
    constexpr size_t kRows = 37;
    auto query = random_vector(random, size), rows = random_vector(random, size * kRows);
    std::vector<float> out(kRows);
    dot_rows(query, rows.data(), kRows, out.data());
    for (size_t i = 0; i < kRows; ++i)
      ASSERT_EQ(bits(out[i]), bits(dot_plain(query, std::span(rows).subspan(i * size, size)))) << size << " row " << i;
  }
}

TEST(Dot, ZerosAtTheEndChangeNoBit) {
  Random random(43);
  for (size_t size = 1; size < 64; ++size) {
    auto a = random_vector(random, size), b = random_vector(random, size);
    float before = dot(a, b);
    a.resize(64), b.resize(64);
    ASSERT_EQ(bits(dot(a, b)), bits(before)) << "size " << size;
  }
}

TEST(Dot, FoldsSixteenSumsInHalves) {
  // 2^24 + 1 is no float: which of the ones are lost tells the order. Lanes 0 and 8 meet first.
  std::vector<float> a(16, 0), ones(16, 1);
  a[0] = 16'777'216, a[8] = 1, a[4] = 1;
  EXPECT_EQ(dot(a, ones), 16'777'216.0f);
  a[8] = 0, a[12] = 1;  // 4 + 12 make 2 before they meet lane 0.
  EXPECT_EQ(dot(a, ones), 16'777'218.0f);
}

TEST(Dot, OfNothingIsZero) { EXPECT_EQ(dot({}, {}), 0.0f); }

}  // namespace
}  // namespace augury::base
