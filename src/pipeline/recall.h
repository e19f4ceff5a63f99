// Candidates: from the request, or from what is popular, related to what the user did, near to their taste, or new.
//
// `limit` of a source means after the filter and `exclude`: a source is walked until that many passed or it ends.
// Published lists end at 1,000 items, the nearest at 10,000.
//
// Not thread-safe: of one answer.
#pragma once

#include <memory_resource>
#include <unordered_map>
#include <vector>

#include "pipeline/candidate.h"
#include "pipeline/question.h"
#include "pipeline/values.h"

namespace augury::pipeline {

class Recall {
 public:
  Recall(const PlacementPlan& plan, const Question& question, const store::Store& store, const Snapshot& snapshot,
         Values& values, std::pmr::memory_resource& arena);

  // By all the placement's sources, or the request's own. Each item once, in order of first appearance.
  std::pmr::vector<Candidate> find();
  // The popular list alone, `count` of it with its values as `recalled`, or the request's candidates.
  std::pmr::vector<Candidate> popular(size_t count);

  // Not excluded, and the placement's filter holds.
  bool admits(const Candidate& candidate);

  // Number of the newest published list that was walked; 0 = none.
  uint64_t list() const { return list_; }

 private:
  // How many of a user's items speak for others: beyond it their weight is below a tenth of the first's.
  static constexpr size_t kAnchorsMax = 10;

  static constexpr size_t kNearestMax = 10'000;

  void from_request();
  void from_list(const store::RankedList* list, Origin origin, int source, size_t limit);
  void keep_values(const store::RankedList& list);
  void from_related(const definition::RecallSource& rule, int source);
  void from_nearest(const definition::RecallSource& rule, int source);
  void from_own(const definition::RecallSource& rule, int source);
  bool offer(uint32_t item, Origin origin, int source, uint32_t anchor, size_t rank);

  const PlacementPlan& plan_;
  const Question& question_;
  const store::Store& store_;
  const Snapshot& snapshot_;
  Values& values_;
  std::pmr::memory_resource& arena_;
  std::pmr::vector<Candidate> found_;
  std::pmr::unordered_map<uint32_t, int> place_;  // Item -> place in found_, -1: refused.
  uint64_t list_ = 0;
};

}  // namespace augury::pipeline
