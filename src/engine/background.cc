#include "engine/background.h"

#include <pthread.h>

#include <utility>

namespace augury::engine {

Background::Background(size_t waiting_max)
    : waiting_max_(waiting_max), thread_([this](const std::stop_token& stop) { run(stop); }) {
  pthread_setname_np(thread_.native_handle(), "augury-behind");
}

Background::~Background() {
  thread_.request_stop();
  {
    base::Lock lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

bool Background::start(Task& task) {
  base::Lock lock(mutex_);
  if (stopping_ || tasks_.size() >= waiting_max_) return false;
  tasks_.push_back(std::move(task));
  changed_.notify_one();
  return true;
}

void Background::run(const std::stop_token& stop) {
  while (true) {
    Task task;
    {
      base::Lock lock(mutex_);
      while (tasks_.empty() && !stopping_) changed_.wait(lock);
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task(stop);
  }
}

}  // namespace augury::engine
