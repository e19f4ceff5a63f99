// Quantities as people write them: "5m", "10%", "64MiB", "50M".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "augury/time.h"

namespace augury::config {

// The whole text as a finite decimal number.
std::optional<double> parse_number(std::string_view text);

// A number and one of us ms s m h d w: "100ms", "1.5h". Whole microseconds, not negative, at most 100 years.
std::optional<Duration> parse_duration(std::string_view text);
// The shortest exact text: "90s" is "90s", "3600s" is "1h".
std::string format_duration(Duration duration);

// "5%" is 0.05, and so is "0.05". 0 to 1.
std::optional<double> parse_share(std::string_view text);

// A whole number, 50k, 50M, 1G.
std::optional<uint64_t> parse_count(std::string_view text);

// Bytes: a whole number, kB MB GB (thousands), KiB MiB GiB (1024).
std::optional<uint64_t> parse_bytes(std::string_view text);

// true, false, and yes no on off as YAML readers know them.
std::optional<bool> parse_boolean(std::string_view text);

}  // namespace augury::config
