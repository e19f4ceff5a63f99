// The best items of many, kept while scores change: no sorting of all, no scan between publications.
//
// A pool holds the best few thousand; every item outside ranks behind a bound, the worst the pool had when it was last
// cut down. An item that comes before the bound joins; one that falls behind it leaves. Only if so many leave that the
// pool is too small is everything looked at again.
//
// Better = greater score, ties by smaller item number. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace augury::ingest {

class Ranking {
 public:
  static constexpr double kNone = -std::numeric_limits<double>::infinity();

  explicit Ranking(size_t best = 1000) : best_(best) {}

  // kNone (or NaN) takes the item out.
  void set(uint32_t item, double score);
  double score(uint32_t item) const { return item < scores_.size() ? scores_[item] : kNone; }
  // The best ones, best first.
  const std::vector<uint32_t>& top();
  uint64_t scans() const { return scans_; }

 private:
  bool better(uint32_t a, uint32_t b) const { return scores_[a] != scores_[b] ? scores_[a] > scores_[b] : a < b; }
  // May be outside the pool no more.
  bool before_bound(uint32_t item) const {
    return !bounded_ || scores_[item] > bound_score_ || (scores_[item] == bound_score_ && item <= bound_item_);
  }
  void prune();
  void scan();
  void cut_down();

  size_t best_;
  std::vector<double> scores_;  // By item; kNone: not in it.
  std::vector<bool> in_pool_;   // By item.
  std::vector<uint32_t> pool_;  // Each once.
  std::vector<uint32_t> top_;
  bool bounded_ = false;        // False: the pool has every item with a score.
  double bound_score_ = kNone;  // Every item outside the pool with a score ranks behind this one.
  uint32_t bound_item_ = 0;
  uint64_t scans_ = 0;
};

}  // namespace augury::ingest
