#include "ingest/ranking.h"

#include <algorithm>
#include <cmath>

namespace augury::ingest {

void Ranking::set(uint32_t item, double score) {
  if (item >= scores_.size()) {
    scores_.resize(item + item / 2 + 64, kNone);
    in_pool_.resize(scores_.size());
  }
  scores_[item] = std::isnan(score) ? kNone : score;
  if (scores_[item] == kNone || in_pool_[item] || !before_bound(item)) return;
  in_pool_[item] = true;
  pool_.push_back(item);
  if (pool_.size() > 8 * best_) cut_down();
}

void Ranking::prune() {
  std::erase_if(pool_, [&](uint32_t item) {
    bool stays = scores_[item] != kNone && before_bound(item);
    in_pool_[item] = stays;
    return !stays;
  });
}

const std::vector<uint32_t>& Ranking::top() {
  prune();
  if (bounded_ && pool_.size() < best_) scan();
  if (pool_.size() > 4 * best_) cut_down();
  size_t count = std::min(best_, pool_.size());
  top_ = pool_;
  auto end = top_.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(top_.begin(), end, top_.end(), [&](uint32_t a, uint32_t b) { return better(a, b); });
  top_.resize(count);
  return top_;
}

void Ranking::scan() {
  ++scans_;
  bounded_ = false;
  pool_.clear();
  for (uint32_t item = 0; item < scores_.size(); ++item) {
    in_pool_[item] = scores_[item] != kNone;
    if (in_pool_[item]) pool_.push_back(item);
  }
}

void Ranking::cut_down() {
  size_t keep = 2 * best_;
  prune();  // Else a fallen item could weaken the bound below items outside.
  if (pool_.size() <= keep) return;
  auto last = pool_.begin() + static_cast<std::ptrdiff_t>(keep - 1);
  std::nth_element(pool_.begin(), last, pool_.end(), [&](uint32_t a, uint32_t b) { return better(a, b); });
  bounded_ = true;
  bound_score_ = scores_[*last];
  bound_item_ = *last;
  for (size_t i = keep; i < pool_.size(); ++i) in_pool_[pool_[i]] = false;
  pool_.resize(keep);
}

}  // namespace augury::ingest
