#include "serve/compute_pool.h"

#include <algorithm>

namespace augury::serve {

ComputePool::ComputePool(const ComputePoolOptions& options) : waiting_max_(options.waiting_max) {
  int threads = options.threads > 0 ? options.threads : static_cast<int>(std::thread::hardware_concurrency());
  for (int i = 0; i < std::max(1, threads); ++i) threads_.emplace_back([this] { run(); });
}

ComputePool::~ComputePool() {
  {
    base::Lock held(mutex_);
    closing_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  threads_.clear();
}

bool ComputePool::start(std::move_only_function<void()> work) {
  {
    base::Lock held(mutex_);
    if (closing_ || waiting_.size() >= waiting_max_ + idle_) return false;
    waiting_.push_back(std::move(work));
    ++unfinished_;
  }
  changed_.notify_one();
  return true;
}

size_t ComputePool::unfinished() const {
  base::Lock held(mutex_);
  return unfinished_;
}

bool ComputePool::take(std::move_only_function<void()>& work) {
  base::Lock held(mutex_);
  ++idle_;
  while (waiting_.empty() && !closing_) changed_.wait(held);
  --idle_;
  if (closing_) return false;
  work = std::move(waiting_.front());
  waiting_.pop_front();
  return true;
}

void ComputePool::run() {
  std::move_only_function<void()> work;
  while (take(work)) {
    work();
    work = nullptr;
    base::Lock held(mutex_);
    --unfinished_;
  }
}

}  // namespace augury::serve
