// The two clocks, as different types: one to measure waiting, one to say what time it is.
//
// Nothing reads the system's clocks directly; everything is handed a clock, so a test can be at any moment.
#pragma once

#include <atomic>
#include <chrono>

#include "augury/time.h"

namespace augury::base {

// Only ever compared with each other. Never jumps, means nothing outside this process.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

class MonotonicClock {
 public:
  virtual ~MonotonicClock() = default;
  virtual MonotonicTime now() const = 0;
};

class WallClock {
 public:
  virtual ~WallClock() = default;
  virtual Timestamp now() const = 0;
};

// The machine's own. Thread-safe; live for the whole process.
const MonotonicClock& system_monotonic_clock();
const WallClock& system_wall_clock();

// Clocks that move when told. Thread-safe.
class ManualMonotonicClock : public MonotonicClock {
 public:
  MonotonicTime now() const override { return MonotonicTime{std::chrono::nanoseconds{ns_.load()}}; }
  void advance(std::chrono::nanoseconds by) { ns_ += by.count(); }

 private:
  std::atomic<int64_t> ns_{1};
};

class ManualWallClock : public WallClock {
 public:
  explicit ManualWallClock(Timestamp start = from_micros(1'700'000'000'000'000)) : us_(micros(start)) {}
  Timestamp now() const override { return from_micros(us_.load()); }
  void set(Timestamp t) { us_ = micros(t); }
  void advance(Duration by) { us_ += by.count(); }

 private:
  std::atomic<int64_t> us_;
};

}  // namespace augury::base
