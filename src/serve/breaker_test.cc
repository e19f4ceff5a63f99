#include "serve/breaker.h"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "base/random.h"

namespace augury::serve {
namespace {

using std::chrono::seconds;

struct Fixture {
  base::ManualMonotonicClock clock;
  Breaker breaker{"ranker", {}, clock};
  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker.ask()->failure();
  }
};

TEST(Breaker, OpensAtFiveFailures) {
  Fixture f;
  f.fail(4);
  EXPECT_EQ(f.breaker.status().state, BreakerState::Closed);
  f.fail(1);
  EXPECT_EQ(f.breaker.status().state, BreakerState::Open);
  EXPECT_FALSE(f.breaker.ask());
}

TEST(Breaker, ASuccessTakesOneFailureBackButNeverMore) {
  Fixture f;
  f.breaker.ask()->success();
  EXPECT_EQ(f.breaker.status().failure_count, 0);
  for (int i = 0; i < 50; ++i) {
    f.fail(1);
    f.breaker.ask()->success();
  }
  EXPECT_EQ(f.breaker.status().state, BreakerState::Closed);
}

TEST(Breaker, LetsOneProbeThroughAfterItsRestAndClosesAtTheSecondSuccess) {
  Fixture f;
  f.fail(5);
  f.clock.advance(seconds{60} - std::chrono::nanoseconds{1});
  EXPECT_FALSE(f.breaker.would_admit());
  f.clock.advance(std::chrono::nanoseconds{1});
  EXPECT_TRUE(f.breaker.would_admit());
  auto probe = f.breaker.ask();
  ASSERT_TRUE(probe);
  EXPECT_FALSE(f.breaker.ask()) << "one at a time";
  probe->success();
  EXPECT_EQ(f.breaker.status().state, BreakerState::HalfOpen);
  f.breaker.ask()->success();
  EXPECT_EQ(f.breaker.status().state, BreakerState::Closed);
}

TEST(Breaker, OneFailedProbeOpensItForAnotherRest) {
  Fixture f;
  f.fail(5);
  f.clock.advance(seconds{60});
  f.breaker.ask()->failure();
  EXPECT_EQ(f.breaker.status().state, BreakerState::Open);
  f.clock.advance(seconds{59});
  EXPECT_FALSE(f.breaker.ask());
}

TEST(Breaker, AnAbandonedPermitIsAFailure) {
  Fixture f;
  {
    auto dropped = f.breaker.ask();
  }
  EXPECT_EQ(f.breaker.status().failure_count, 1);
}

TEST(Breaker, ALateResultFromBeforeATransitionChangesNothing) {
  Fixture f;
  auto early = f.breaker.ask();
  f.fail(5);
  f.clock.advance(seconds{60});
  auto probe = f.breaker.ask();
  early->failure();
  EXPECT_EQ(f.breaker.status().state, BreakerState::HalfOpen);
  probe->success();
  EXPECT_EQ(f.breaker.status().failures, 6u) << "it is counted all the same";
}

TEST(Breaker, StaysOpenWhileForcedAndClosesAtOnceWhenGivenBack) {
  Fixture f;
  f.breaker.force_open();
  f.clock.advance(seconds{1'000});
  EXPECT_FALSE(f.breaker.ask());
  EXPECT_TRUE(f.breaker.status().forced);
  f.breaker.release();
  EXPECT_EQ(f.breaker.status().state, BreakerState::Closed);
  EXPECT_TRUE(f.breaker.ask());
}

TEST(Breaker, GivingBackWhatWasNotForcedChangesNothing) {
  Fixture f;
  f.fail(5);
  f.breaker.release();
  EXPECT_EQ(f.breaker.status().state, BreakerState::Open);
}

TEST(Breaker, RefusesOptionsThatCouldNeverWork) {
  EXPECT_TRUE(BreakerOptions{}.validate());
  EXPECT_FALSE(BreakerOptions{.failures_to_open = 0}.validate());
  EXPECT_FALSE((BreakerOptions{.rest = Duration{0}}.validate()));
}

// The rules of the table, one variable per sentence.
struct Reference {
  int failures_to_open;
  int64_t rest_ns;
  enum State { kClosed, kOpen, kHalfOpen, kForced } state = kClosed;
  int failures = 0, wins = 0, epoch = 0;
  bool probe = false;
  int64_t opened = 0;

  void enter(State next, int64_t now) {
    state = next;
    failures = wins = 0;
    probe = false;
    opened = now;
    ++epoch;
  }
  int ask(int64_t now) {  // The epoch of the permit, -1 for none.
    if (state == kForced) return -1;
    if (state == kOpen && now - opened < rest_ns) return -1;
    if (state == kOpen) enter(kHalfOpen, now);
    if (state == kHalfOpen && probe) return -1;
    if (state == kHalfOpen) probe = true;
    return epoch;
  }
  void result(int permit, bool good, int64_t now) {
    if (permit != epoch) return;
    if (state == kClosed && good && failures > 0) --failures;
    if (state == kClosed && !good && ++failures == failures_to_open) return enter(kOpen, now);
    if (state != kHalfOpen) return;
    probe = false;
    if (!good) return enter(kOpen, now);
    if (++wins == 2) enter(kClosed, now);
  }
  BreakerState shown() const {
    if (state == kClosed) return BreakerState::Closed;
    return state == kHalfOpen ? BreakerState::HalfOpen : BreakerState::Open;
  }
};

void compare(uint64_t seed, const BreakerOptions& options) {
  SCOPED_TRACE(seed);
  base::Random random(seed);
  base::ManualMonotonicClock clock;
  Breaker breaker("x", options, clock);
  Reference reference{options.failures_to_open, options.rest.count() * 1000};
  struct Call {
    Breaker::Permit permit;
    int epoch;
  };
  std::vector<std::unique_ptr<Call>> calls;
  double bad = 0.2 + 0.6 * random.uniform();
  for (int step = 0; step < 2'000; ++step) {
    auto now = [&] { return clock.now().time_since_epoch().count(); };
    uint64_t what = random.below(100);
    if (what < 45) {
      auto permit = breaker.ask();
      int epoch = reference.ask(now());
      ASSERT_EQ(permit.has_value(), epoch >= 0) << "step " << step;
      if (permit) calls.push_back(std::make_unique<Call>(std::move(*permit), epoch));
    } else if (what < 90 && !calls.empty()) {
      size_t i = random.below(calls.size());
      bool good = !random.chance(bad);
      reference.result(calls[i]->epoch, good, now());
      if (good)
        calls[i]->permit.success();
      else if (random.chance(0.5))
        calls[i]->permit.failure();  // Else it is dropped.
      calls.erase(calls.begin() + static_cast<ptrdiff_t>(i));
    } else if (what < 97) {
      clock.advance(std::chrono::milliseconds{random.between(1, 20'000)});
    } else if (what < 98) {
      breaker.force_open();
      reference.enter(Reference::kForced, now());
    } else {
      breaker.release();
      if (reference.state == Reference::kForced) reference.enter(Reference::kClosed, now());
    }
    auto status = breaker.status();
    ASSERT_EQ(status.state, reference.shown()) << "step " << step;
    ASSERT_EQ(status.failure_count, reference.failures) << "step " << step;
  }
  for (auto& call : calls) call->permit.success();
}

TEST(Breaker, AgreesWithTheWrittenRulesOnRandomHistories) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    compare(seed, {});
    compare(seed, {.failures_to_open = 10, .rest = seconds{30}});
  }
}

}  // namespace
}  // namespace augury::serve
