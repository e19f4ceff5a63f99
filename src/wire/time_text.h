// Moments as people and programs write them: RFC 3339, or seconds or milliseconds since 1970.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "augury/time.h"

namespace augury::wire {

// "2026-01-10T00:00:00Z", with any offset and fraction; digits beyond the microsecond are dropped. A bare date is
// midnight UTC. Years 0001 to 9999.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

// Seconds, or milliseconds where |x| > 1e11; rounded to the microsecond. Empty if not finite or outside years 1..9999.
std::optional<Timestamp> from_epoch(double x);

// Either of the two, the number in decimal.
std::optional<Timestamp> parse_time(std::string_view text);

// "2026-01-10T00:00:00Z"; milliseconds or microseconds only where they are not zero.
std::string format_rfc3339(Timestamp t);
void append_rfc3339(Timestamp t, std::string& out);

}  // namespace augury::wire
