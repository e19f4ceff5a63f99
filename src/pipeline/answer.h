// One answer, step by step, from one snapshot of the world.
//
//   Answer answer(snapshot, store, question, arena);
//   answer.fetch();                 // who is asking             <- may have to wait for the subject's rows
//   answer.recall();                // what could be shown       <- may have to wait for the candidates' rows
//   answer.score(ranking);          // what each member reads
//   for (auto& m : answer.members()) ...run its task...          <- may have to wait for scores
//   auto ranked = answer.finish(keep);                           // blend, best first, explained
//
// The three points are where a caller may park the answer: nothing it needs afterwards is borrowed from the store
// except by number, so the Pin may be given up there and taken anew.
//
// Not thread-safe: one thread at a time, each step under a Pin on the store's epochs.
#pragma once

#include <memory>
#include <memory_resource>
#include <vector>

#include "pipeline/explain.h"
#include "pipeline/recall.h"
#include "pipeline/score.h"
#include "pipeline/values.h"

namespace augury::pipeline {

class Answer {
 public:
  // `question` and `arena` outlive it. Its position is what the store has applied now.
  Answer(std::shared_ptr<const Snapshot> snapshot, const store::Store& store, const Question& question,
         std::pmr::memory_resource& arena);

  void fetch(const Ranking& ranking);
  void recall();
  void recall_popular(size_t count);
  void score(const Ranking& ranking);
  // A task that was run successfully is marked `answered` by whoever ran it.
  std::span<MemberScores> members() { return members_; }
  // The best `keep`, explained in words.
  std::vector<Ranked> finish(const Ranking& ranking, size_t keep);
  // In numbers: for the few that are shown, when asked. Only after finish().
  std::vector<Reason> reasons(const Ranked& ranked) const;
  // The placement's filter for an item from elsewhere (the cache, the app file), and `exclude`.
  bool admits(uint32_t item, std::string_view id);

  std::span<const Candidate> candidates() const { return candidates_; }
  const Blend& blended() const { return blend_; }
  uint64_t position() const { return position_; }
  uint64_t list() const { return recall_.list(); }
  std::span<const NewerRow> newer() const { return rows_.newer(); }

 private:
  std::string explanation(const Candidate& candidate) const;
  std::string_view event_behind(const Candidate& candidate) const;
  uint32_t group_of(uint32_t item) const;
  std::string_view name(uint32_t item) const;

  std::shared_ptr<const Snapshot> snapshot_;
  const store::Store& store_;
  const Question& question_;
  const PlacementPlan& plan_;
  const uint64_t position_;
  RowAccess rows_;
  Values values_;
  Recall recall_;
  std::pmr::vector<Candidate> candidates_;
  std::vector<MemberScores> members_;
  Blend blend_;
  bool filter_prepared_ = false;
};

}  // namespace augury::pipeline
