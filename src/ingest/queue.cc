#include "ingest/queue.h"

#include <utility>

namespace augury::ingest {

bool Queue::push(std::unique_ptr<Job>& job) {
  {
    base::Lock lock(mutex_);
    // One job always fits, however large.
    if (closed_ || (weight_ > 0 && weight_ + job->weight() > events_max_)) return false;
    weight_ += job->weight();
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

bool Queue::push(Exposure exposure) {
  {
    base::Lock lock(mutex_);
    if (closed_ || exposures_.size() >= exposures_max_) return false;
    exposures_.push_back(std::move(exposure));
  }
  changed_.notify_one();
  return true;
}

Queue::Taken Queue::take(std::chrono::microseconds wait, size_t weight) {
  Taken taken;
  base::Lock lock(mutex_);
  auto nothing = [&] { return (weight == 0 || jobs_.empty()) && exposures_.empty() && !woken_; };
  auto until = std::chrono::steady_clock::now() + wait;
  while (nothing()) {
    auto left = until - std::chrono::steady_clock::now();
    if (left <= left.zero() || !changed_.wait_for(lock, left)) break;
  }
  woken_ = false;
  for (size_t took = 0; took < weight && !jobs_.empty();) {
    took += jobs_.front()->weight();
    weight_ -= jobs_.front()->weight();
    taken.jobs.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
  }
  taken.exposures = std::exchange(exposures_, {});
  return taken;
}

void Queue::wake() {
  {
    base::Lock lock(mutex_);
    woken_ = true;
  }
  changed_.notify_one();
}

void Queue::close() {
  {
    base::Lock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_one();
}

bool Queue::is_closed() const {
  base::Lock lock(mutex_);
  return closed_;
}

}  // namespace augury::ingest
