#include "definition/time_zone.h"

#include <date/tz.h>

#include <string>

namespace augury::definition {
namespace {

LocalTime of(std::chrono::seconds since_1970) {
  auto day = date::floor<date::days>(since_1970);
  auto weekday = date::weekday(date::sys_days(day));
  return {static_cast<int>(date::floor<std::chrono::hours>(since_1970 - day).count()),
          static_cast<int>(weekday.iso_encoding())};
}

// Requests of one thread mostly come from few zones: the last one is remembered.
const date::time_zone* find(std::string_view zone) {
  thread_local std::string last;
  thread_local const date::time_zone* found = nullptr;
  if (zone.size() > 64) return nullptr;
  if (zone == last && !last.empty()) return found;
  last = zone;
  try {
    found = date::locate_zone(last);
  } catch (const std::exception&) {
    found = nullptr;
  }
  return found;
}

}  // namespace

std::optional<LocalTime> local_time(Timestamp t, std::string_view zone) {
  auto since_1970 = date::floor<std::chrono::seconds>(t.time_since_epoch());
  if (zone == "UTC") return of(since_1970);
  const date::time_zone* known = find(zone);
  if (!known) return std::nullopt;
  auto info = known->get_info(date::sys_seconds(since_1970));
  return of(since_1970 + info.offset);
}

}  // namespace augury::definition
