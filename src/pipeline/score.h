// Candidates become numbers: a float matrix per model, the members' scores, one blended score.
//
// A model's part of the work is a ScoreTask that owns all it reads, so that it may run elsewhere and finish after the
// answer has gone.
#pragma once

#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <vector>

#include "augury/result.h"
#include "pipeline/candidate.h"
#include "pipeline/snapshot.h"
#include "pipeline/values.h"

namespace augury::pipeline {

// One model over one matrix. run() once, from any thread.
struct ScoreTask {
  std::shared_ptr<const Snapshot> snapshot;  // Keeps the model alive.
  const model::Scorer* scorer = nullptr;
  size_t count = 0;
  std::vector<float> rows;  // Row-major, count by inputs.
  std::vector<double> out;  // By candidate.

  Result<void> run() { return scorer->score(std::span<const float>(rows), count, out); }
  Duration estimate() const;
};

struct MemberScores {
  const RankingMember* member = nullptr;
  std::shared_ptr<ScoreTask> task;  // Models only.
  std::vector<double> values;       // Features only: NaN where missing.
  bool answered = false;            // Features always have.
  std::span<const double> scores() const { return task ? std::span<const double>(task->out) : values; }
};

// Reads what `ranking` needs of every candidate, rows ahead of their use.
std::vector<MemberScores> fill(const std::shared_ptr<const Snapshot>& snapshot, const Ranking& ranking,
                               std::span<const Candidate> candidates, Values& values);

// Comparable across members; missing ones become 0 (rank and minmax: the lowest). In place.
//   rank    1 for the best, 0 for the worst, equals share the middle     minmax  0..1, all equal: 0
//   zscore  (x - mean) / deviation, deviation 0: 0                       sigmoid 1 / (1 + e^-x)
void normalize(definition::Normalize how, std::span<double> scores);

struct Blend {
  std::vector<double> scores;              // By candidate.
  std::vector<double> weights;             // By member: as used, 0 for one that did not answer.
  std::vector<std::vector<double>> parts;  // By member: weight x normalised score, by candidate.
};

// The weighted sum of the members that answered something: one whose score is missing for every candidate (a model that
// does not know this user) counts like one that did not answer. The others' weights are scaled up so that they sum to
// what the file says. Without members: what recall thought.
Blend blend(const Ranking& ranking, std::span<const MemberScores> members, std::span<const Candidate> candidates);

}  // namespace augury::pipeline
