#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/hash.h"
#include "base/math.h"
#include "definition/functions.h"

namespace augury::definition {
namespace {

using Arguments = std::span<const Datum>;
constexpr double kEarthRadiusKm = 6371.0088;  // Mean radius, IUGG.
constexpr double kRadians = 0.017453292519943295;

Datum bucket(Arguments a, const Constants& constants) {
  double x = a[0].as_number();
  double passed = 0;
  for (const auto& bound : constants.list) passed += x >= bound.number;
  return Datum::of(passed);
}

bool same(const Datum& a, const Datum& b) {
  if (a.kind == Datum::Kind::Text) return b.kind == Datum::Kind::Text && a.text.bytes == b.text.bytes;
  return b.kind != Datum::Kind::Text && a.as_number() == b.as_number();
}

Datum code(Arguments a, const Constants& constants) {
  for (size_t i = 0; i < constants.list.size(); ++i)
    if (same(a[0], constants.list[i])) return Datum::of(static_cast<double>(i));
  return {};
}

// A number hashes as its shortest text, so that 5 and "5" agree.
Datum hash(Arguments a, const Constants& constants) {
  char digits[32];
  std::string_view bytes;
  if (a[0].kind == Datum::Kind::Text)
    bytes = a[0].text.bytes;
  else
    bytes = {digits, std::to_chars(digits, digits + sizeof digits, a[0].as_number()).ptr};
  return Datum::of(static_cast<double>(base::hash64(bytes) % static_cast<uint64_t>(constants.whole)));
}

Datum distance(Arguments a, const Constants&) {
  double lat1 = a[0].location.lat * kRadians;
  double lat2 = a[1].location.lat * kRadians;
  double north = base::sin((lat2 - lat1) / 2);
  double east = base::sin((a[1].location.lon - a[0].location.lon) * kRadians / 2);
  double h = north * north + base::cos(lat1) * base::cos(lat2) * east * east;
  return Datum::of(2 * kEarthRadiusKm * base::asin(std::sqrt(std::min(1.0, h))));
}

constexpr FunctionRow kPlace[] = {
    {"bucket", "nN", Type::Number, bucket},
    {"code", "xK", Type::Number, code},
    {"hash", "xi", Type::Number, hash},
    {"distance", "ll", Type::Number, distance},
};

}  // namespace

std::span<const FunctionRow> place_functions() { return kPlace; }

}  // namespace augury::definition
