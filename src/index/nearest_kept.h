// The best of many neighbours that come one after the other, without sorting them all: twice as many as wanted are
// kept, then halved, and what is worse than the worst of that half is not looked at any more.
//
// Not thread-safe.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "index/index.h"

namespace augury::index {

class NearestKept {
 public:
  explicit NearestKept(size_t count) : count_(count) {}

  // A score below it cannot get in: the caller need not offer it.
  float floor() const { return floor_.score; }

  void offer(const Neighbour& one) {
    if (full_ && !is_better(one, floor_)) return;
    kept_.push_back(one);
    if (kept_.size() >= 2 * count_) halve();
  }

  std::vector<Neighbour> best_first() && {
    std::ranges::sort(kept_, is_better);
    if (kept_.size() > count_) kept_.resize(count_);
    return std::move(kept_);
  }

 private:
  void halve() {
    auto last = kept_.begin() + static_cast<std::ptrdiff_t>(count_ - 1);
    std::ranges::nth_element(kept_, last, is_better);
    kept_.resize(count_);
    floor_ = kept_.back();
    full_ = true;
  }

  size_t count_;  // At least 1.
  bool full_ = false;
  Neighbour floor_{0, -std::numeric_limits<float>::infinity()};  // The worst of the best `count_` so far, once full.
  std::vector<Neighbour> kept_;
};

}  // namespace augury::index
