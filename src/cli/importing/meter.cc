#include "cli/importing/meter.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace augury::cli::importing {
namespace {

constexpr int kBarWidth = 20;

std::string thousands(uint64_t number) {
  auto digits = std::to_string(number);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

}  // namespace

Meter::Meter(std::string name, bool quiet)
    : name_(std::move(name)), quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

double Meter::seconds() const { return std::chrono::duration<double>(Clock::now() - begun_).count(); }

std::string Meter::line(const std::string& name, const Now& now, uint64_t records_before, double seconds, bool bar) {
  double share = now.in_all > 0 ? std::min(1.0, static_cast<double>(now.taken) / static_cast<double>(now.in_all)) : 0;
  std::string text = name;
  if (now.in_all > 0) text += fmt::format("  {:.0f} %", share * 100);
  if (bar && now.in_all > 0) {
    auto full = static_cast<size_t>(share * kBarWidth);
    text += " [" + std::string(full, '#') + std::string(kBarWidth - full, ' ') + "]";
  }
  text += fmt::format("  {} records", thousands(now.records));
  if (seconds > 0) {
    auto rate = static_cast<double>(now.records - records_before) / seconds;
    text += fmt::format(", {} a second", thousands(static_cast<uint64_t>(rate)));
  }
  if (now.bad > 0) text += fmt::format(", {} bad", thousands(now.bad));
  if (share > 0.01 && share < 1) text += fmt::format(", {:.0f} s left", seconds * (1 - share) / share);
  return text;
}

void Meter::show(const Now& now) {
  if (quiet_) return;
  if (first_) records_before_ = now.records;
  auto at = Clock::now();
  if (at < next_) return;
  next_ = at + (terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(5));
  if (!std::exchange(first_, false) || terminal_) {
    auto text = line(name_, now, records_before_, seconds(), terminal_);
    std::fprintf(stderr, terminal_ ? "\r%s\033[K" : "%s\n", text.c_str());
    std::fflush(stderr);
    shown_ = terminal_;
  }
}

void Meter::clear() {
  if (std::exchange(shown_, false)) std::fputs("\r\033[K", stderr);
}

}  // namespace augury::cli::importing
