#include "base/math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"

namespace augury {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kCases = 100'000;

// Distance from the true value, in units of the last place of the double nearest to it.
double error_in_ulps(double got, long double want) {
  double nearest = static_cast<double>(want);
  if (std::isnan(nearest)) return std::isnan(got) ? 0 : kInf;
  if (std::isinf(nearest)) return got == nearest ? 0 : kInf;
  double size = std::abs(nearest);
  double ulp = std::nextafter(size, kInf) - size;
  if (std::isinf(ulp)) ulp = 0x1p971;
  return static_cast<double>(std::abs(static_cast<long double>(got) - want) / static_cast<long double>(ulp));
}

template <typename Draw, typename Got, typename Want>
void expect_within(double ulps, const char* what, Draw draw, Got got, Want want) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE(testing::Message() << what << ", seed " << seed);
  base::Random random(seed);
  double worst = 0;
  for (int i = 0; i < kCases; ++i) {
    auto arguments = draw(random);
    double error = error_in_ulps(got(arguments), want(arguments));
    worst = std::max(worst, error);
    ASSERT_LE(error, ulps) << testing::PrintToString(arguments) << std::hexfloat << " got " << got(arguments);
  }
  testing::Test::RecordProperty(what, std::to_string(worst));
}

auto in_range(double low, double high) {
  return [=](base::Random& random) { return low + (high - low) * random.uniform(); };
}

// Every magnitude alike, either sign.
double any_magnitude(base::Random& random, int exponent_max) {
  double x = std::ldexp(1 + random.uniform(), static_cast<int>(random.between(-exponent_max, exponent_max)));
  return random.chance(0.5) ? x : -x;
}

TEST(Math, ExpIsWithinOneUlp) {
  auto want = [](double x) { return std::exp(static_cast<long double>(x)); };
  expect_within(1, "exp", in_range(-745, 710), base::exp, want);
  expect_within(1, "exp near zero", in_range(-1, 1), base::exp, want);
  expect_within(1, "exp tiny", [](auto& r) { return any_magnitude(r, 9) * 0x1p-8; }, base::exp, want);
}

TEST(Math, Exp2IsWithinOneUlpAndExactForWholeNumbers) {
  auto want = [](double x) { return std::exp2(static_cast<long double>(x)); };
  expect_within(1, "exp2", in_range(-1075, 1024), base::exp2, want);
  expect_within(1, "exp2 near zero", in_range(-1, 1), base::exp2, want);
  for (int k = -1074; k < 1024; ++k) ASSERT_EQ(base::exp2(k), std::ldexp(1.0, k)) << k;
}

TEST(Math, LogIsWithinOneUlp) {
  auto want = [](double x) { return std::log(static_cast<long double>(x)); };
  expect_within(1, "log", [](auto& r) { return std::abs(any_magnitude(r, 1020)); }, base::log, want);
  expect_within(1, "log of denormals", [](auto& r) { return std::ldexp(1 + r.uniform(), -1040); }, base::log, want);
  expect_within(1, "log near one", in_range(0.98, 1.02), base::log, want);
  expect_within(1, "log at one", [](auto& r) { return 1 + any_magnitude(r, 20) * 0x1p-30; }, base::log, want);
}

TEST(Math, Log1pIsWithinOneUlp) {
  auto want = [](double x) { return std::log1p(static_cast<long double>(x)); };
  expect_within(1, "log1p", [](auto& r) { return std::abs(any_magnitude(r, 1020)); }, base::log1p, want);
  expect_within(1, "log1p small", [](auto& r) { return any_magnitude(r, 30) * 0x1p-32; }, base::log1p, want);
  expect_within(1, "log1p below one", in_range(-1, 1), base::log1p, want);
}

TEST(Math, PowIsWithinTwoUlps) {
  using Pair = std::pair<double, double>;
  auto got = [](Pair a) { return base::pow(a.first, a.second); };
  auto want = [](Pair a) { return std::pow(static_cast<long double>(a.first), static_cast<long double>(a.second)); };
  auto moderate = [](auto& r) { return Pair{r.uniform() * 100, r.uniform() * 40 - 20}; };
  auto near_one = [](auto& r) { return Pair{1 + any_magnitude(r, 10) * 0x1p-20, any_magnitude(r, 20)}; };
  auto wide = [](auto& r) { return Pair{std::abs(any_magnitude(r, 1000)), any_magnitude(r, 8)}; };
  auto negative = [](auto& r) { return Pair{-r.uniform() * 10, static_cast<double>(r.between(-50, 50))}; };
  expect_within(2, "pow", moderate, got, want);
  expect_within(2, "pow near one", near_one, got, want);
  expect_within(2, "pow wide", wide, got, want);
  expect_within(2, "pow of negatives", negative, got, want);
}

TEST(Math, SinAndCosAreWithinTwoUlpsUpToAMillion) {
  auto sine = [](double x) { return std::sin(static_cast<long double>(x)); };
  auto cosine = [](double x) { return std::cos(static_cast<long double>(x)); };
  for (double range : {1.0, 10.0, 1e6}) {
    expect_within(2, "sin", in_range(-range, range), base::sin, sine);
    expect_within(2, "cos", in_range(-range, range), base::cos, cosine);
  }
  for (int k = 1; k < 600'000; k += 37) {
    double x = k * 1.5707963267948966;
    ASSERT_LE(error_in_ulps(base::sin(x), sine(x)), 2) << x;
    ASSERT_LE(error_in_ulps(base::cos(x), cosine(x)), 2) << x;
  }
}

TEST(Math, AsinIsWithinTwoUlps) {
  auto want = [](double x) { return std::asin(static_cast<long double>(x)); };
  expect_within(2, "asin", in_range(-1, 1), base::asin, want);
  expect_within(
      2, "asin near one", [](auto& r) { return 1 - std::abs(any_magnitude(r, 20)) * 0x1p-22; }, base::asin, want);
}

TEST(Math, Atan2IsWithinTwoUlps) {
  using Pair = std::pair<double, double>;
  auto got = [](Pair a) { return base::atan2(a.first, a.second); };
  auto want = [](Pair a) { return std::atan2(static_cast<long double>(a.first), static_cast<long double>(a.second)); };
  expect_within(2, "atan2", [](auto& r) { return Pair{r.uniform() * 2 - 1, r.uniform() * 2 - 1}; }, got, want);
  expect_within(2, "atan2 wide", [](auto& r) { return Pair{any_magnitude(r, 500), any_magnitude(r, 500)}; }, got, want);
  expect_within(
      2, "atan2 of the largest and smallest",
      [](auto& r) {
        int exponent = r.chance(0.5) ? 1000 : -1010;
        return Pair{any_magnitude(r, 10) * std::ldexp(1, exponent), any_magnitude(r, 10) * std::ldexp(1, exponent)};
      },
      got, want);
}

TEST(Math, ExpAndLogKeepTheirEdges) {
  EXPECT_EQ(base::exp(0), 1);
  EXPECT_EQ(base::exp(kInf), kInf);
  EXPECT_EQ(base::exp(-kInf), 0);
  EXPECT_EQ(base::exp(1000), kInf);
  EXPECT_EQ(base::exp(-1000), 0);
  EXPECT_TRUE(std::isnan(base::exp(kNan)));
  EXPECT_EQ(base::exp2(1024), kInf);
  EXPECT_EQ(base::exp2(-kInf), 0);
  EXPECT_EQ(base::exp2(kInf), kInf);
  EXPECT_EQ(base::exp2(-1100), 0);
  EXPECT_TRUE(std::isnan(base::exp2(kNan)));
  EXPECT_EQ(base::log(1), 0);
  EXPECT_EQ(base::log(0), -kInf);
  EXPECT_EQ(base::log(kInf), kInf);
  EXPECT_TRUE(std::isnan(base::log(-1)));
  EXPECT_TRUE(std::isnan(base::log(kNan)));
  EXPECT_EQ(base::log1p(-1), -kInf);
  EXPECT_EQ(base::log1p(0), 0);
  EXPECT_TRUE(std::signbit(base::log1p(-0.0)));
  EXPECT_EQ(base::log1p(kInf), kInf);
  EXPECT_TRUE(std::isnan(base::log1p(-2)));
  EXPECT_TRUE(std::isnan(base::log1p(kNan)));
}

TEST(Math, EveryFunctionOfTwoAgreesWithLibmAtTheEdges) {
  double edges[] = {0.0,     -0.0,   1.0,     -1.0,   2.0,     -2.0,     3.0,     -3.0,
                    0.5,     -0.5,   kInf,    -kInf,  kNan,    1e300,    -1e300,  1e-300,
                    -1e-300, 5e-324, -5e-324, 0x1p53, 1e6 + 1, -1e6 - 1, 1.7e308, -1.7e308};
  auto same = [](double a, double b) {
    return std::isnan(a) ? std::isnan(b) : error_in_ulps(a, b) <= 2 && std::signbit(a) == std::signbit(b);
  };
  for (double x : edges) {
    for (double y : edges) {
      EXPECT_TRUE(same(base::pow(x, y), std::pow(x, y))) << x << "^" << y << " = " << base::pow(x, y);
      EXPECT_TRUE(same(base::atan2(x, y), std::atan2(x, y))) << x << ", " << y << ": " << base::atan2(x, y);
    }
  }
}

TEST(Math, CirclesKeepTheirEdges) {
  EXPECT_EQ(base::sin(0), 0);
  EXPECT_TRUE(std::signbit(base::sin(-0.0)));
  EXPECT_EQ(base::cos(0), 1);
  EXPECT_TRUE(std::isnan(base::sin(kInf)));
  EXPECT_TRUE(std::isnan(base::cos(kNan)));
  EXPECT_LE(std::abs(base::sin(1e300)), 1);
  EXPECT_EQ(base::asin(1), std::asin(1.0));
  EXPECT_EQ(base::asin(-1), -std::asin(1.0));
  EXPECT_TRUE(std::isnan(base::asin(1.5)));
  EXPECT_TRUE(std::isnan(base::asin(kNan)));
}

}  // namespace
}  // namespace augury
