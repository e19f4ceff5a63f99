// Moments and spans, in whole microseconds, so that every machine computes the same value.
#pragma once

#include <chrono>
#include <cstdint>

namespace augury {

using Duration = std::chrono::duration<int64_t, std::micro>;

// A moment of the outside world: microseconds since 1970-01-01T00:00:00Z. May jump; never used to measure waiting
// (base/clock.h has the clock for that).
using Timestamp = std::chrono::time_point<std::chrono::system_clock, Duration>;

constexpr int64_t micros(Timestamp t) { return t.time_since_epoch().count(); }
constexpr Timestamp from_micros(int64_t us) { return Timestamp{Duration{us}}; }
constexpr double seconds(Duration d) { return static_cast<double>(d.count()) / 1e6; }

}  // namespace augury
