// One request from question to answer: an object that can wait at three points and always ends by its deadline.
//
//   begin -> [experiment] -> new visitor? -> [cache] -> hit?
//         -> [feature store] -> [recall] -> score, inline or [on the pool] -> PRIMARY
//   any of it failed, refused or late:
//   descend -> CACHED -> SIMPLIFIED (inline or [on the pool]) -> POPULAR -> STATIC -> nothing: Unavailable
//
// [ ] may wait: the attempt is parked, and resumed by what it waits for or by the time allowed for it, whichever is
// first; the other finds its number (`wait_`) gone by. On one machine only [pool] ever does. A part of the deadline is
// kept back for the rungs below.
//
// Not thread-safe: all of it runs on the asker's thread; others only post to its Mailbox.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "augury/engine.h"
#include "base/epoch.h"
#include "base/random.h"
#include "experiment/assignment.h"
#include "pipeline/answer.h"
#include "pipeline/arena.h"
#include "serve/dependency.h"
#include "serve/known_answer.h"
#include "serve/mailbox.h"
#include "serve/service.h"

namespace augury::serve {

class Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  Attempt(Service& service, std::shared_ptr<const Service::World> world, Resumer& resumer, Engine::Answered done);

  // `done` is called exactly once, often before this returns.
  void begin(const PredictRequest& request);

 private:
  // How waiting ended.
  enum class Outcome { Reached, Failed, Late };
  using Step = void (Attempt::*)(Outcome);
  using Time = base::MonotonicTime;

  // ---- attempt.cc: the way to PRIMARY ----
  Result<void> read(const PredictRequest& request);
  void on_experiment(Outcome outcome);
  void on_cache(Outcome outcome);
  void on_rows(Outcome outcome);
  void on_candidates(Outcome outcome);
  void on_scores(Outcome outcome);
  bool is_new_visitor() const;
  bool is_fresh(const KnownAnswer& known, std::chrono::nanoseconds age) const;
  bool ranking_is_blocked();

  // Starts every model's task of the answer; calls `then` at once, or when the last one is back or `until` is over.
  void start_members(const pipeline::Ranking& ranking, Time until, Step then);
  bool admit_member(size_t index);  // False: its breaker is open.
  bool runs_here(size_t index);     // On this thread: its time is bounded, and short.
  void run_member(size_t index, Time until);
  void start_member(size_t index);  // On the compute pool.
  void on_member(size_t index, bool worked);
  void settle_late_members(const pipeline::Ranking& ranking);

  void wait_for(Dependency dependency, Time until, Step then);
  void park(Time until, Step then);
  void resume(uint64_t wait, Outcome outcome);

  // ---- attempt_ladder.cc: the rungs below ----
  void problem(std::string_view code, std::string message);
  void descend();
  bool answer_cached();
  void try_simplified();
  void on_simplified(Outcome outcome);
  void descend_to_popular();
  bool answer_popular();
  bool answer_static();

  // ---- attempt_report.cc: from ranked items to an answer ----
  bool show(std::span<const pipeline::Ranked> ranked, bool admit_again);
  void show_answer(const pipeline::Ranking& ranking, Level level);
  void show_known(const KnownAnswer& known, Level level);
  void keep(std::vector<pipeline::Ranked> ranked);
  void name_members();
  void record();
  void fail(Error error);
  void finish();

  const definition::Placement& rules() const { return *plan_->rules; }
  size_t wanted() const;
  Time now() const;
  bool is_late() const { return now() >= soft_end_; }
  void stage(std::string_view name);

  Service& service_;
  std::shared_ptr<const Service::World> world_;
  Resumer& resumer_;
  Engine::Answered done_;  // Null once answered.
  std::shared_ptr<Mailbox> mailbox_;
  std::shared_ptr<std::shared_ptr<Attempt>> parked_;  // Keeps this alive while it waits; a timer shares it.
  uint64_t wait_ = 0;  // Number of the wait under way; grows with each, so that stale wakes are known.
  Step then_ = nullptr;

  pipeline::Arena arena_;
  pipeline::Question question_;
  const pipeline::PlacementPlan* plan_ = nullptr;
  experiment::Assignment assignment_;
  const pipeline::Ranking* ranking_ = nullptr;
  std::string variant_asked_;
  std::optional<pipeline::Answer> answer_;

  struct Call {
    std::optional<Breaker::Permit> permit;
    ModelState* model = nullptr;
    Time started{};
    bool pending = false;
  };
  std::vector<Call> calls_;  // By member of the ranking being scored.
  size_t pending_ = 0;
  Step scored_ = nullptr;

  KnownAnswers::Found known_;
  std::string cache_key_, circumstances_;
  bool may_cache_ = false;
  std::optional<Breaker::Permit> rows_permit_;
  std::chrono::nanoseconds fetch_took_{0};
  bool recall_failed_ = false;
  std::optional<Degradation> problem_;  // The first: what made it leave PRIMARY, or a member that is missing.

  Timestamp receipt_;
  Time begun_{}, stage_begun_{}, soft_end_{}, hard_end_{};
  PredictionId id_{};
  Prediction prediction_;
  Exposure exposure_;
};

}  // namespace augury::serve
