#include "definition/functions.h"
#include "definition/time_zone.h"

namespace augury::definition {
namespace {

using Arguments = std::span<const Datum>;

std::optional<LocalTime> local(Arguments a) {
  Timestamp t = from_micros(a[0].time_us);
  if (a[1].missing()) return local_time(t, "UTC");
  return a[1].kind == Datum::Kind::Text ? local_time(t, a[1].text.bytes) : std::nullopt;
}

Datum hour_of_day(Arguments a, const Constants&) {
  auto at = local(a);
  return at ? Datum::of(static_cast<double>(at->hour)) : Datum();
}

Datum day_of_week(Arguments a, const Constants&) {
  auto at = local(a);
  return at ? Datum::of(static_cast<double>(at->weekday)) : Datum();
}

Datum is_weekend(Arguments a, const Constants&) {
  auto at = local(a);
  return at ? Datum::of(at->weekday >= 6) : Datum();
}

Datum part_of_day(Arguments a, const Constants&) {
  auto at = local(a);
  if (!at) return {};
  if (at->hour < 6 || at->hour >= 22) return Datum::of(Text{"night"});
  if (at->hour < 12) return Datum::of(Text{"morning"});
  return Datum::of(Text{at->hour < 18 ? "afternoon" : "evening"});
}

template <int kSeconds>
Datum in_units(Arguments a, const Constants&) {
  return Datum::of(a[0].as_number() / kSeconds);
}

Datum between(Arguments a, const Constants&) {
  return Datum::of(static_cast<double>(a[0].time_us - a[1].time_us) / 1e6);
}

template <int kSign>
Datum shifted(Arguments a, const Constants&) {
  double us = a[1].as_number() * 1e6;
  if (!(us > -1e17 && us < 1e17)) return {};
  return Datum::of(from_micros(a[0].time_us + kSign * static_cast<int64_t>(us)));
}

constexpr FunctionRow kTime[] = {
    {"hour_of_day", "t", Type::Number, hour_of_day, true},
    {"day_of_week", "t", Type::Number, day_of_week, true},
    {"is_weekend", "t", Type::Boolean, is_weekend, true},
    {"part_of_day", "t", Type::Text, part_of_day, true},
    {"days", "n", Type::Number, in_units<86400>},
    {"hours", "n", Type::Number, in_units<3600>},
    {"minutes", "n", Type::Number, in_units<60>},
    {"seconds", "n", Type::Number, in_units<1>},
    {"-tt", "tt", Type::Number, between},
    {"+tn", "tn", Type::Time, shifted<1>},
    {"-tn", "tn", Type::Time, shifted<-1>},
};

}  // namespace

std::span<const FunctionRow> time_functions() { return kTime; }

}  // namespace augury::definition
