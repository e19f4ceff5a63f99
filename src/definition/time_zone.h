// What the clock on the wall says in a time zone.
#pragma once

#include <optional>
#include <string_view>

#include "augury/time.h"

namespace augury::definition {

struct LocalTime {
  int hour = 0;     // 0..23
  int weekday = 1;  // 1 Monday .. 7 Sunday
};

// `zone` is an IANA name ("Europe/Paris") or "UTC". Empty for a zone the machine does not know. Thread-safe.
std::optional<LocalTime> local_time(Timestamp t, std::string_view zone);

}  // namespace augury::definition
