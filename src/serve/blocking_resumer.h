// Lets a caller wait for an answer on its own thread: what is posted to it runs there.
//
//   BlockingResumer resumer(clock);
//   service.predict(request, resumer, [&](auto answer) { got = std::move(answer); resumer.finish(); });
//   resumer.run();
//
// Of one call and one thread; post() and finish() may be called from any.
#pragma once

#include <deque>
#include <functional>
#include <map>

#include "augury/engine.h"
#include "base/clock.h"
#include "base/sync.h"

namespace augury::serve {

class BlockingResumer : public Resumer {
 public:
  explicit BlockingResumer(const base::MonotonicClock& clock) : clock_(clock) {}

  void post(std::move_only_function<void()> step) override;
  void post_after(Duration wait, std::move_only_function<void()> step) override;
  void finish();
  // Runs steps until finish().
  void run();

 private:
  bool take(std::move_only_function<void()>& step, base::Lock& held);

  const base::MonotonicClock& clock_;
  base::Mutex mutex_;
  base::Condition changed_;
  std::deque<std::move_only_function<void()>> ready_ AUGURY_GUARDED_BY(mutex_);
  std::multimap<base::MonotonicTime, std::move_only_function<void()>> later_ AUGURY_GUARDED_BY(mutex_);
  bool finished_ AUGURY_GUARDED_BY(mutex_) = false;
};

}  // namespace augury::serve
