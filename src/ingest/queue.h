// What waits for the writer: jobs in order, and answers to be remembered. Both bounded.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <vector>

#include "base/sync.h"
#include "ingest/ingest.h"
#include "ingest/job.h"

namespace augury::ingest {

class Queue {
 public:
  Queue(size_t events_max, size_t exposures_max) : events_max_(events_max), exposures_max_(exposures_max) {}

  // False, leaving the job with the caller: full, or closed.
  bool push(std::unique_ptr<Job>& job);
  bool push(Exposure exposure);

  // Waits until there is something, or wake() was called, or the time has passed. Takes jobs up to about `weight`
  // and all exposures.
  struct Taken {
    std::vector<std::unique_ptr<Job>> jobs;
    std::vector<Exposure> exposures;
  };
  Taken take(std::chrono::microseconds wait, size_t weight);
  void wake();
  // Nothing is pushed any more.
  void close();
  bool is_closed() const;

 private:
  const size_t events_max_;
  const size_t exposures_max_;
  mutable base::Mutex mutex_;
  base::Condition changed_;
  std::deque<std::unique_ptr<Job>> jobs_ AUGURY_GUARDED_BY(mutex_);
  std::vector<Exposure> exposures_ AUGURY_GUARDED_BY(mutex_);
  size_t weight_ AUGURY_GUARDED_BY(mutex_) = 0;
  bool woken_ AUGURY_GUARDED_BY(mutex_) = false;
  bool closed_ AUGURY_GUARDED_BY(mutex_) = false;
};

}  // namespace augury::ingest
