// Stops calling a dependency that keeps failing, so that it can recover and so that our own callers do not wait for
// an answer that will not come.
//
//      Closed --failures reach failures_to_open--> Open --rest is over, ask()--> HalfOpen --successes_to_close-->
//      Closed
//        ^                                          ^ ^-----------one failure-------+
//        +-------------auto(), if forced------------+<-- force_open(), from anywhere
//
// Closed: a failure adds one, a success takes one back (not below 0), so a rare failure never adds up. HalfOpen: one
// probe at a time. A call's result counts only if nothing has changed since it was let through: a late one from before
// a transition changes nothing. Time is monotonic.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "augury/result.h"
#include "augury/status.h"
#include "augury/time.h"
#include "base/clock.h"
#include "base/sync.h"

namespace augury::serve {

struct BreakerOptions {
  int failures_to_open = 5;
  // How long to rest before one probe is let through: long enough for a restart.
  Duration rest = std::chrono::seconds{60};
  // More than one, because the first success after a restart is often luck.
  int successes_to_close = 2;

  Result<void> validate() const;
};

class Breaker {
 public:
  // Outlived by `clock`.
  Breaker(std::string name, const BreakerOptions& options, const base::MonotonicClock& clock)
      : name_(std::move(name)), options_(options), clock_(clock) {}

  // One call let through. Dropped without a word, it counts as a failure: the call was abandoned.
  class [[nodiscard]] Permit {
   public:
    Permit(Permit&& other) noexcept
        : breaker_(std::exchange(other.breaker_, nullptr)), generation_(other.generation_), since_(other.since_) {}
    Permit& operator=(Permit&& other) noexcept {
      settle(false);
      breaker_ = std::exchange(other.breaker_, nullptr);
      generation_ = other.generation_;
      since_ = other.since_;
      return *this;
    }
    ~Permit() { settle(false); }
    void success() { settle(true); }
    void failure() { settle(false); }

   private:
    friend class Breaker;
    Permit(Breaker* breaker, uint64_t generation, base::MonotonicTime since)
        : breaker_(breaker), generation_(generation), since_(since) {}
    void settle(bool worked) {
      if (auto* breaker = std::exchange(breaker_, nullptr)) breaker->settle(generation_, since_, worked);
    }
    Breaker* breaker_;  // Null once settled or moved from. Outlives the permit.
    uint64_t generation_;
    base::MonotonicTime since_;
  };

  // Empty: do not call now.
  std::optional<Permit> ask();
  // Would ask() say yes? Takes no probe.
  bool would_admit() const;

  void force_open();
  // Gives a forced breaker back to its own judgement: it is closed at once. Not forced: nothing changes.
  void release();

  const std::string& name() const { return name_; }
  BreakerStatus status() const;

 private:
  void settle(uint64_t generation, base::MonotonicTime since, bool worked);
  void move_to(BreakerState state, const base::Lock& held);
  bool rested(const base::Lock&) const { return clock_.now() - opened_ >= options_.rest; }

  const std::string name_;
  const BreakerOptions options_;
  const base::MonotonicClock& clock_;

  mutable base::Mutex mutex_;
  BreakerState state_ AUGURY_GUARDED_BY(mutex_) = BreakerState::Closed;
  bool forced_ AUGURY_GUARDED_BY(mutex_) = false;
  bool probing_ AUGURY_GUARDED_BY(mutex_) = false;     // HalfOpen: a probe is under way.
  int count_ AUGURY_GUARDED_BY(mutex_) = 0;            // Closed: failures. HalfOpen: successes.
  uint64_t generation_ AUGURY_GUARDED_BY(mutex_) = 0;  // Grows with every transition.
  base::MonotonicTime opened_ AUGURY_GUARDED_BY(mutex_){};
  uint64_t successes_ AUGURY_GUARDED_BY(mutex_) = 0, failures_ AUGURY_GUARDED_BY(mutex_) = 0;
  std::chrono::nanoseconds busy_ AUGURY_GUARDED_BY(mutex_){};
};

}  // namespace augury::serve
