// One thread for what takes long and is rare: looking at the past, reading an app file again. One thing at a time.
#pragma once

#include <deque>
#include <functional>
#include <stop_token>
#include <thread>

#include "base/sync.h"

namespace augury::engine {

// Thread-safe.
class Background {
 public:
  // Told to stop, a task ends soon and still gives its answer.
  using Task = std::move_only_function<void(const std::stop_token& stop)>;

  explicit Background(size_t waiting_max);
  // Asks the task under way to stop, and lets those that wait give their answer.
  ~Background();

  // False: too many are waiting already; the task was not taken.
  bool start(Task& task);

 private:
  void run(const std::stop_token& stop);

  const size_t waiting_max_;
  base::Mutex mutex_;
  base::Condition changed_;
  std::deque<Task> tasks_ AUGURY_GUARDED_BY(mutex_);
  bool stopping_ AUGURY_GUARDED_BY(mutex_) = false;
  std::jthread thread_;  // Last: it uses everything above.
};

}  // namespace augury::engine
