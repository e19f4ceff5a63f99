// A scene whose time moves only when everything waits: a deadline is met or missed by what the service does, never by
// how busy the machine is.
//
// Work on the pool takes no time, unless it hangs: then it takes for ever.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "serve/testing/scene.h"

namespace augury::serve {

// Not thread-safe: one question at a time.
class Simulation : private Resumer {
 public:
  Simulation() = default;

  struct Answered {
    Prediction prediction;
    std::chrono::nanoseconds took{};  // Of simulated time.
  };
  // Without a placement: home. Fails the test on an error.
  Answered answer(PredictRequest request);

 private:
  base::ManualMonotonicClock clock_;

 public:
  Scene scene{true, pipeline::Shop::kText, clock_};

 private:
  using Action = std::move_only_function<void()>;
  void post(Action step) override;
  void post_after(Duration wait, Action step) override;
  bool run_next();
  bool everything_waits();
  std::vector<Action> take_posted();

  std::mutex mutex_;
  std::vector<Action> posted_;
  std::multimap<base::MonotonicTime, Action> timers_;
};

}  // namespace augury::serve
