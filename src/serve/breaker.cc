#include "serve/breaker.h"

#include <algorithm>

namespace augury::serve {

Result<void> BreakerOptions::validate() const {
  if (failures_to_open < 1 || successes_to_close < 1 || rest <= Duration{0})
    return Error{Code::Invalid, "breaker: failures_to_open, successes_to_close and rest must be positive"};
  return {};
}

void Breaker::move_to(BreakerState state, const base::Lock&) {
  state_ = state;
  count_ = 0;
  probing_ = false;
  ++generation_;
  if (state == BreakerState::Open) opened_ = clock_.now();
}

std::optional<Breaker::Permit> Breaker::ask() {
  base::Lock held(mutex_);
  if (forced_) return std::nullopt;
  if (state_ == BreakerState::Open) {
    if (!rested(held)) return std::nullopt;
    move_to(BreakerState::HalfOpen, held);
  }
  if (state_ == BreakerState::HalfOpen) {
    if (probing_) return std::nullopt;
    probing_ = true;
  }
  return Permit(this, generation_, clock_.now());
}

bool Breaker::would_admit() const {
  base::Lock held(mutex_);
  if (forced_) return false;
  if (state_ == BreakerState::Open) return rested(held);
  return state_ == BreakerState::Closed || !probing_;
}

void Breaker::settle(uint64_t generation, base::MonotonicTime since, bool worked) {
  base::Lock held(mutex_);
  ++(worked ? successes_ : failures_);
  busy_ += clock_.now() - since;
  if (generation != generation_) return;
  if (state_ == BreakerState::Closed) {
    count_ = worked ? std::max(0, count_ - 1) : count_ + 1;
    if (count_ >= options_.failures_to_open) move_to(BreakerState::Open, held);
    return;
  }
  probing_ = false;
  if (!worked)
    move_to(BreakerState::Open, held);
  else if (++count_ >= options_.successes_to_close)
    move_to(BreakerState::Closed, held);
}

void Breaker::force_open() {
  base::Lock held(mutex_);
  forced_ = true;
  move_to(BreakerState::Open, held);
}

void Breaker::release() {
  base::Lock held(mutex_);
  if (!std::exchange(forced_, false)) return;
  move_to(BreakerState::Closed, held);
}

BreakerStatus Breaker::status() const {
  base::Lock held(mutex_);
  uint64_t calls = successes_ + failures_;
  BreakerStatus s{.name = name_,
                  .state = state_,
                  .forced = forced_,
                  .calls = calls,
                  .successes = successes_,
                  .failures = failures_};
  if (calls > 0) {
    s.success_rate = static_cast<double>(successes_) / static_cast<double>(calls);
    s.latency_ms_avg = static_cast<double>(busy_.count()) / 1e6 / static_cast<double>(calls);
  }
  s.failure_count = state_ == BreakerState::Closed ? count_ : 0;
  return s;
}

}  // namespace augury::serve
