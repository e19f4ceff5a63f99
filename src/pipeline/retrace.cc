#include "pipeline/retrace.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "pipeline/answer.h"
#include "pipeline/arena.h"

namespace augury::pipeline {

namespace {

// As long as a published list: whatever POPULAR showed is on it.
constexpr size_t kPopularMax = 1'000;

bool contains(std::span<const std::string_view> ids, std::string_view id) {
  return std::ranges::find(ids, id) != ids.end();
}

class Retracing {
 public:
  Retracing(const std::shared_ptr<const Snapshot>& snapshot, const store::Store& store, const PastAnswer& past)
      : snapshot_(snapshot), store_(store), past_(past), pin_(store.epochs()) {}

  Result<Retraced> run() {
    AUGURY_TRY_VOID(find_ranking());
    Retraced out;
    note_features(out);
    if (past_.level == Level::Static) return out;
    AUGURY_TRY(auto as_recalled, read({}));
    Answer recalled(snapshot_, store_, as_recalled, arena_.memory());
    find_candidates(recalled);
    note_sources(recalled.candidates());
    auto pool = this->pool(recalled.candidates());
    if (pool.empty()) {
      finish(recalled, *ranking_, out);
      return out;
    }
    AUGURY_TRY(auto as_kept, read(pool));
    Answer kept(snapshot_, store_, as_kept, arena_.memory());
    find_candidates(kept);
    finish(kept, past_.level == Level::Popular ? plan_->by_popularity : *ranking_, out);
    return out;
  }

 private:
  Result<void> find_ranking() {
    placement_ = snapshot_->app().placement(past_.placement);
    if (placement_ < 0)
      return Error{Code::NotFound, "the app file has no placement '" + std::string(past_.placement) + "' any more"};
    plan_ = &snapshot_->placement(placement_);
    ranking_ = &plan_->base;
    if (past_.level == Level::Popular) ranking_ = &as_listed_;
    if (past_.level == Level::Simplified && plan_->simplified) ranking_ = &*plan_->simplified;
    if (past_.level == Level::Popular || past_.level == Level::Simplified || past_.variant.empty()) return {};
    for (const auto& [variant, ranking] : plan_->variants) {
      if (variant->name != past_.variant) continue;
      ranking_ = &ranking;
      return {};
    }
    return Error{Code::NotFound, "the app file has no variant '" + std::string(past_.variant) + "' any more"};
  }

  void note_features(Retraced& out) const {
    std::set<int> read;
    for (const Columns* columns : {&ranking_->columns, &plan_->recall, &plan_->filter})
      for (const auto* steps : {&columns->shared, &columns->own})
        for (const auto& step : *steps) read.insert(step.feature);
    if (past_.level == Level::Popular && plan_->popular >= 0) read.insert(plan_->popular);
    for (int feature : read) out.features.push_back(snapshot_->app().features[static_cast<size_t>(feature)].name);
  }

  Result<Question> read(std::span<const std::string_view> candidates) {
    PredictRequest request;
    request.user_id = past_.user_id;
    request.session_id = past_.session_id;
    request.placement = past_.placement;
    request.context = past_.context;
    request.now = past_.now;
    request.candidates = candidates;
    request.explain = true;
    return read_question(request, *snapshot_, store_, past_.now, arena_.memory());
  }

  void find_candidates(Answer& answer) {
    answer.fetch(*ranking_);
    past_.level == Level::Popular ? answer.recall_popular(kPopularMax) : answer.recall();
  }

  void note_sources(std::span<const Candidate> candidates) {
    for (const auto& c : candidates) {
      auto anchor = store_.dictionary().name(definition::NameKind::Item, c.anchor);
      sources_[std::string(c.id)] = reasons(c, 0, anchor, {}, {}, snapshot_->app());
    }
  }

  // What was ranked, where that is not what recall finds now: the candidates that were kept, or what was shown.
  std::vector<std::string_view> pool(std::span<const Candidate> recalled) const {
    auto ids = [](const Candidate& c) { return c.id; };
    if (!past_.candidates.empty()) {
      if (std::ranges::equal(past_.candidates, recalled, {}, {}, ids)) return {};
      return {past_.candidates.begin(), past_.candidates.end()};
    }
    bool all_found = std::ranges::all_of(past_.shown, [&](auto id) { return sources_.contains(std::string(id)); });
    if (all_found) return {};
    return {past_.shown.begin(), past_.shown.end()};
  }

  void finish(Answer& answer, const Ranking& ranking, Retraced& out) {
    answer.score(ranking);
    for (auto& member : answer.members()) {
      bool took_part = past_.members.empty() || contains(past_.members, member.member->name);
      if (member.task && took_part) member.answered = member.task->run().has_value();
    }
    for (const auto& ranked : answer.finish(ranking, answer.candidates().size())) {
      auto& item = out.items.emplace_back(RetracedItem{.id = ranked.id, .score = ranked.score, .reasons = {}});
      if (auto known = sources_.find(item.id); known != sources_.end()) item.reasons = known->second;
      if (!contains(past_.shown, item.id)) continue;
      for (auto& reason : answer.reasons(ranked))
        if (reason.source.empty()) item.reasons.push_back(std::move(reason));
    }
  }

  const std::shared_ptr<const Snapshot>& snapshot_;
  const store::Store& store_;
  const PastAnswer& past_;
  base::Epochs::Pin pin_;
  Arena arena_;
  const Ranking as_listed_;
  int placement_ = -1;
  const PlacementPlan* plan_ = nullptr;
  const Ranking* ranking_ = nullptr;
  std::unordered_map<std::string, std::vector<Reason>> sources_;  // Of what recall finds.
};

}  // namespace

Result<Retraced> retrace(const std::shared_ptr<const Snapshot>& snapshot, const store::Store& store,
                         const PastAnswer& past) {
  return Retracing(snapshot, store, past).run();
}

}  // namespace augury::pipeline
