#include "base/epoch.h"

#include <algorithm>
#include <thread>
#include <vector>

namespace augury::base {

std::atomic<uint64_t>* Epochs::enter() {
  // A thread starts looking at a place of its own, so that two readers rarely meet.
  static std::atomic<size_t> next_thread{0};
  thread_local const size_t home = next_thread.fetch_add(1);
  for (size_t probe = 0;; ++probe) {
    auto& slot = slots_[(home + probe) % kThreadsMax].epoch;
    uint64_t empty = 0;
    // Sequentially consistent with the load in collect(): either collect sees this pin, or this reader sees the
    // unlinking that came before the epoch moved.
    if (slot.load(std::memory_order_relaxed) == 0 && slot.compare_exchange_strong(empty, epoch_.load())) {
      // The epoch may have moved between load and store; that only delays freeing.
      return &slot;
    }
    if (probe % kThreadsMax == kThreadsMax - 1) std::this_thread::yield();
  }
}

void Epochs::retire(std::move_only_function<void()> free) {
  size_t waiting;
  {
    Lock lock(mutex_);
    retired_.push_back({epoch_.fetch_add(1), std::move(free)});
    waiting = retired_.size();
  }
  if (waiting % 64 == 0) collect();
}

void Epochs::collect() {
  uint64_t oldest = epoch_.load();
  for (auto& slot : slots_) {
    if (uint64_t pinned = slot.epoch.load(); pinned != 0) oldest = std::min(oldest, pinned);
  }
  std::vector<Retired> ready;
  {
    Lock lock(mutex_);
    while (!retired_.empty() && retired_.front().epoch < oldest) {
      ready.push_back(std::move(retired_.front()));
      retired_.pop_front();
    }
  }
  for (auto& one : ready) one.free();
}

void Epochs::free_all() {
  for (auto& one : retired_) one.free();
  retired_.clear();
}

}  // namespace augury::base
