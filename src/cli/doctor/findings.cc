#include "cli/doctor/findings.h"

#include <fmt/format.h>

namespace augury::cli::doctor {

std::string Findings::text() const {
  std::string out;
  for (const auto& finding : all_)
    out += fmt::format("{}: {}\n    -> {}\n", finding.about, finding.found, finding.advice);
  return out;
}

std::string share_text(uint64_t part, uint64_t whole) {
  auto percent = whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
  return fmt::format("{} of {} ({:.0f} %)", part, whole, percent);
}

}  // namespace augury::cli::doctor
