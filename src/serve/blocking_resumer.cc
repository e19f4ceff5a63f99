#include "serve/blocking_resumer.h"

#include <utility>

namespace augury::serve {

void BlockingResumer::post(std::move_only_function<void()> step) {
  base::Lock held(mutex_);
  ready_.push_back(std::move(step));
  changed_.notify_one();
}

void BlockingResumer::post_after(Duration wait, std::move_only_function<void()> step) {
  base::Lock held(mutex_);
  later_.emplace(clock_.now() + wait, std::move(step));
  changed_.notify_one();
}

void BlockingResumer::finish() {
  base::Lock held(mutex_);
  finished_ = true;
  changed_.notify_one();
}

bool BlockingResumer::take(std::move_only_function<void()>& step, base::Lock& held) {
  if (!ready_.empty()) {
    step = std::move(ready_.front());
    ready_.pop_front();
    return true;
  }
  if (later_.empty()) {
    changed_.wait(held);
    return false;
  }
  auto first = later_.begin();
  auto now = clock_.now();
  if (first->first > now) {
    changed_.wait_for(held, first->first - now);
    return false;
  }
  step = std::move(first->second);
  later_.erase(first);
  return true;
}

void BlockingResumer::run() {
  while (true) {
    std::move_only_function<void()> step;
    {
      base::Lock held(mutex_);
      if (finished_) return;
      if (!take(step, held)) continue;
    }
    step();
  }
}

}  // namespace augury::serve
