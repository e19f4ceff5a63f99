// Threads for work that must not run where requests are read: slow models.
//
// Work is never cancelled: a caller that gave up on it simply does not look any more, while it keeps its thread until
// it returns. That is what bounds it: no more runs at once than there are threads, and no more waits than fit the
// queue.
//
// Thread-safe.
#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/sync.h"

namespace augury::serve {

struct ComputePoolOptions {
  int threads = 0;          // 0: one per core.
  size_t waiting_max = 64;  // Beyond it start() refuses: what waits longer than a deadline is of no use.
};

class ComputePool {
 public:
  explicit ComputePool(const ComputePoolOptions& options);
  // Waits for what is running; what has not begun is dropped.
  ~ComputePool();
  ComputePool(const ComputePool&) = delete;
  ComputePool& operator=(const ComputePool&) = delete;

  // False: too much is waiting already; `work` is not run.
  [[nodiscard]] bool start(std::move_only_function<void()> work);
  // Begun or waiting, and not yet returned.
  size_t unfinished() const;

 private:
  void run();
  bool take(std::move_only_function<void()>& work);  // False: closing.

  const size_t waiting_max_;
  mutable base::Mutex mutex_;
  base::Condition changed_;
  std::deque<std::move_only_function<void()>> waiting_ AUGURY_GUARDED_BY(mutex_);
  size_t idle_ AUGURY_GUARDED_BY(mutex_) = 0;
  size_t unfinished_ AUGURY_GUARDED_BY(mutex_) = 0;
  bool closing_ AUGURY_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;  // Last: they use all of the above.
};

}  // namespace augury::serve
