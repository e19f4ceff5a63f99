#include "pipeline/score.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/math.h"

namespace augury::pipeline {

using definition::Normalize;

namespace {

constexpr size_t kAhead = 8;  // Candidates whose rows are on their way: a DRAM access is worth about eight.

std::vector<MemberScores> prepare_members(const std::shared_ptr<const Snapshot>& snapshot, const Ranking& ranking,
                                          size_t count) {
  std::vector<MemberScores> members;
  members.reserve(ranking.members.size());
  for (const auto& member : ranking.members) {
    MemberScores m;
    m.member = &member;
    if (member.is_model()) {
      m.task = std::make_shared<ScoreTask>(ScoreTask{snapshot, member.scorer.get(), count, {}, {}});
      m.task->rows.resize(count * member.inputs.size());
      m.task->out.resize(count);
    } else {
      m.values.resize(count);
      m.answered = true;
    }
    members.push_back(std::move(m));
  }
  return members;
}

float input(const RankingMember::Input& from, const Values& values) {
  if (from.component < 0) return static_cast<float>(values.number(from.feature));
  const auto& vector = values.of(from.feature);
  return vector.missing() ? std::numeric_limits<float>::quiet_NaN()
                          : vector.vector[static_cast<size_t>(from.component)];
}

void take_values(MemberScores& m, size_t place, const Values& values) {
  if (!m.task) {
    m.values[place] = values.number(m.member->index);
    return;
  }
  const auto& inputs = m.member->inputs;
  float* row = m.task->rows.data() + place * inputs.size();
  for (size_t j = 0; j < inputs.size(); ++j) row[j] = input(inputs[j], values);
}

void to_ranks(std::span<double> scores) {
  size_t n = scores.size();
  std::vector<uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  auto low = [&](uint32_t i) { return std::isnan(scores[i]) ? -std::numeric_limits<double>::infinity() : scores[i]; };
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) { return low(a) < low(b); });
  std::vector<double> ranks(n);
  for (size_t from = 0; from < n;) {
    size_t to = from + 1;
    while (to < n && low(order[to]) == low(order[from])) ++to;
    double middle = n == 1 ? 1 : static_cast<double>(from + to - 1) / 2 / static_cast<double>(n - 1);
    for (size_t i = from; i < to; ++i) ranks[order[i]] = middle;
    from = to;
  }
  std::ranges::copy(ranks, scores.begin());
}

void to_minmax(std::span<double> scores) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (double x : scores)
    if (!std::isnan(x)) low = std::min(low, x), high = std::max(high, x);
  for (double& x : scores) x = high > low && !std::isnan(x) ? (x - low) / (high - low) : 0;
}

void to_zscores(std::span<double> scores) {
  double sum = 0, squares = 0, n = 0;
  for (double x : scores)
    if (!std::isnan(x)) sum += x, n += 1;
  double mean = n > 0 ? sum / n : 0;
  for (double x : scores)
    if (!std::isnan(x)) squares += (x - mean) * (x - mean);
  double deviation = n > 0 ? std::sqrt(squares / n) : 0;
  for (double& x : scores) x = deviation > 0 && !std::isnan(x) ? (x - mean) / deviation : 0;
}

// It answered, and not only that everything is missing: an embedding that does not know this user.
bool has_a_say(const MemberScores& m) {
  const auto scores = m.scores();
  return m.answered && (scores.empty() || !std::ranges::all_of(scores, [](double score) { return std::isnan(score); }));
}

}  // namespace

Duration ScoreTask::estimate() const {
  return Duration{static_cast<int64_t>(scorer->nanoseconds_per_row() * static_cast<double>(count) / 1e3)};
}

std::vector<MemberScores> fill(const std::shared_ptr<const Snapshot>& snapshot, const Ranking& ranking,
                               std::span<const Candidate> candidates, Values& values) {
  auto members = prepare_members(snapshot, ranking, candidates.size());
  values.prepare(ranking.columns);
  for (size_t i = 0; i < std::min(kAhead, candidates.size()); ++i) values.prefetch(ranking.columns, candidates[i].item);
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (i + kAhead < candidates.size()) values.prefetch(ranking.columns, candidates[i + kAhead].item);
    values.select(candidates[i].item, candidates[i].id);
    values.compute(ranking.columns);
    for (auto& m : members) take_values(m, i, values);
  }
  return members;
}

void normalize(Normalize how, std::span<double> scores) {
  switch (how) {
    case Normalize::Rank:
      return to_ranks(scores);
    case Normalize::MinMax:
      return to_minmax(scores);
    case Normalize::ZScore:
      return to_zscores(scores);
    case Normalize::Sigmoid:
      for (double& x : scores) x = std::isnan(x) ? 0 : 1 / (1 + base::exp(-x));
      return;
    case Normalize::None:
      for (double& x : scores) x = std::isnan(x) ? 0 : x;
      return;
  }
}

Blend blend(const Ranking& ranking, std::span<const MemberScores> members, std::span<const Candidate> candidates) {
  Blend b;
  b.scores.resize(candidates.size());
  if (ranking.members.empty())
    for (size_t i = 0; i < candidates.size(); ++i) b.scores[i] = candidates[i].recalled;
  const bool anybody = std::ranges::any_of(members, has_a_say);
  const auto counts = [&](const MemberScores& m) { return anybody ? has_a_say(m) : m.answered; };
  double written = 0, answering = 0;
  for (const auto& m : members) {
    written += m.member->weight;
    if (counts(m)) answering += m.member->weight;
  }
  double scale = answering == written || answering == 0 ? 1 : written / answering;
  for (const auto& m : members) {
    b.weights.push_back(counts(m) ? m.member->weight * scale : 0);
    auto& part = b.parts.emplace_back();
    if (!m.answered) continue;
    if (!counts(m)) {
      part.resize(candidates.size());
      continue;
    }
    part.assign(m.scores().begin(), m.scores().end());
    normalize(ranking.normalize, part);
    for (size_t i = 0; i < part.size(); ++i) b.scores[i] += part[i] *= b.weights.back();
  }
  return b;
}

}  // namespace augury::pipeline
