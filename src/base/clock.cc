#include "base/clock.h"

namespace augury::base {
namespace {

class SystemMonotonic : public MonotonicClock {
 public:
  MonotonicTime now() const override { return std::chrono::steady_clock::now(); }
};

class SystemWall : public WallClock {
 public:
  Timestamp now() const override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
};

}  // namespace

const MonotonicClock& system_monotonic_clock() {
  static const SystemMonotonic clock;
  return clock;
}

const WallClock& system_wall_clock() {
  static const SystemWall clock;
  return clock;
}

}  // namespace augury::base
