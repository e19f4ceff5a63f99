// What is odd about a running server, from what it says of itself.
#pragma once

#include <string>
#include <string_view>

#include "augury/result.h"
#include "augury/time.h"
#include "cli/doctor/findings.h"

namespace augury::cli::doctor {

// Unavailable: nobody answers at `url`.
Result<void> check_server(const std::string& url, Timestamp now, Findings& findings);

// The same for a status as `GET /v1/status` gives it.
Result<void> check_status(std::string_view status, Findings& findings);
// `date` is the Date header of a reply that came just now.
void check_clock(std::string_view date, Timestamp now, Findings& findings);

}  // namespace augury::cli::doctor
