// Says how an import goes while it goes: a bar on a terminal, a line every few seconds elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace augury::cli::importing {

// Writes to standard error. Not thread-safe.
class Meter {
 public:
  Meter(std::string name, bool quiet);

  struct Now {
    uint64_t records = 0;
    uint64_t bad = 0;
    uint64_t taken = 0;  // Of the file's bytes or rows; `in_all` 0: not known.
    uint64_t in_all = 0;
  };
  // Cheap; shows something only now and then.
  void show(const Now& now);
  // Takes the bar away, so that a line can be written.
  void clear();
  double seconds() const;

  // "events.csv  45 % [#########           ] 450,123 records, 310,000 a second, 3 bad, 2 s left"
  static std::string line(const std::string& name, const Now& now, uint64_t records_before, double seconds, bool bar);

 private:
  using Clock = std::chrono::steady_clock;
  std::string name_;
  bool quiet_, terminal_, shown_ = false, first_ = true;
  uint64_t records_before_ = 0;  // Already done when it began.
  Clock::time_point begun_ = Clock::now(), next_ = Clock::now();
};

}  // namespace augury::cli::importing
