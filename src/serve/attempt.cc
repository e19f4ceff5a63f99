#include "serve/attempt.h"

#include <algorithm>

namespace augury::serve {

using base::Epochs;
using std::chrono::nanoseconds;

namespace {

constexpr size_t kCachedCandidatesMax = 100;

std::string in_ms(nanoseconds t) { return std::to_string(t.count() / 1'000'000) + " ms"; }

}  // namespace

Attempt::Attempt(Service& service, std::shared_ptr<const Service::World> world, Resumer& resumer, Engine::Answered done)
    : service_(service),
      world_(std::move(world)),
      resumer_(resumer),
      done_(std::move(done)),
      mailbox_(std::make_shared<Mailbox>(resumer)),
      receipt_(service.around_.wall.now()),
      begun_(service.around_.monotonic.now()) {
  stage_begun_ = begun_;
}

Attempt::Time Attempt::now() const { return service_.around_.monotonic.now(); }

size_t Attempt::wanted() const {
  return static_cast<size_t>(question_.count.value_or(ranking_ != nullptr ? ranking_->count : rules().choose.count));
}

void Attempt::stage(std::string_view name) {
  Time at = now();
  prediction_.stages_ms.emplace_back(name, static_cast<double>((at - stage_begun_).count()) / 1e6);
  stage_begun_ = at;
}

void Attempt::begin(const PredictRequest& request) {
  Epochs::Pin pin(service_.around_.store.epochs());
  if (auto good = read(request); !good) return fail(good.error());
  Time side_end = std::min(soft_end_, begun_ + service_.options_.side_wait_max);
  wait_for(Dependency::Experiment, side_end, &Attempt::on_experiment);
}

Result<void> Attempt::read(const PredictRequest& request) {
  const auto& snapshot = *world_->snapshot;
  AUGURY_TRY(question_, pipeline::read_question(request, snapshot, service_.around_.store, receipt_, arena_.memory()));
  plan_ = &snapshot.placement(question_.placement);
  ranking_ = &plan_->base;
  if (request.model_variant != "auto") variant_asked_ = request.model_variant;
  if (!variant_asked_.empty()) {
    AUGURY_TRY(assignment_, experiment::force(snapshot.app().experiments, question_.placement, variant_asked_));
    ranking_ = &plan_->ranking(assignment_.variant);
  }
  Duration deadline = request.deadline.value_or(rules().deadline);
  if (deadline <= Duration{0}) return Error{Code::Invalid, "deadline_ms: must be positive"};
  hard_end_ = begun_ + deadline;
  soft_end_ = hard_end_ - std::min(service_.options_.reserve, deadline / 4);
  id_ = service_.ids_.next(receipt_);
  return {};
}

void Attempt::on_experiment(Outcome outcome) {
  if (outcome == Outcome::Reached && variant_asked_.empty())
    assignment_ = experiment::assign(world_->snapshot->app().experiments, question_.placement,
                                     {question_.subject.user_id, question_.subject.session_id}, question_.subject.now);
  ranking_ = &plan_->ranking(assignment_.variant);
  if (is_new_visitor() && answer_popular()) {
    prediction_.fallback_reason = "NEW_VISITOR";
    return finish();
  }
  Time side_end = std::min(soft_end_, now() + service_.options_.side_wait_max);
  wait_for(Dependency::Cache, side_end, &Attempt::on_cache);
}

bool Attempt::is_new_visitor() const {
  uint32_t user = question_.subject.user;
  const auto& store = service_.around_.store;
  return user == 0 || (!store.has_history(user) && !store.users().contains(user));
}

bool Attempt::is_fresh(const KnownAnswer& known, nanoseconds age) const {
  auto ttl = rules().cache.ttl;
  if (age > ttl || std::chrono::abs(question_.subject.now - known.now) > ttl) return false;
  if (known.circumstances != circumstances_) return false;
  uint32_t user = question_.subject.user;
  return std::ranges::none_of(
      plan_->refresh_on, [&](int type) { return service_.around_.store.newest_event(user, type) > known.position; });
}

bool Attempt::ranking_is_blocked() {
  if (!service_.store_breaker_.would_admit()) {
    problem("CIRCUIT_OPEN", "feature store: resting after failures");
    return true;
  }
  if (ranking_->members.empty()) return false;
  for (const auto& m : ranking_->members)
    if (!m.is_model() || world_->models[static_cast<size_t>(m.index)]->breaker.would_admit()) return false;
  problem("CIRCUIT_OPEN", "model " + ranking_->members[0].name + ": resting after failures");
  return true;
}

void Attempt::on_cache(Outcome outcome) {
  may_cache_ = outcome == Outcome::Reached && !question_.explain && question_.candidates.size() <= kCachedCandidatesMax;
  if (outcome == Outcome::Reached) {
    cache_key_ = key_of(rules(), question_.subject);
    circumstances_ =
        circumstances_of(*plan_, *ranking_, assignment_.variant, world_->snapshot->publication(), question_);
    known_ = service_.cache_.get(cache_key_);
    if (may_cache_) service_.counts_.cache_lookups.fetch_add(1, std::memory_order_relaxed);
  }
  if (ranking_is_blocked()) return descend();
  if (may_cache_ && known_ && is_fresh(*known_.value, known_.age)) {
    answer_.emplace(world_->snapshot, service_.around_.store, question_, arena_.memory());
    bool shown = show(known_.value->ranked, true);
    if (shown && (known_.value->complete || prediction_.items.size() == wanted())) {
      show_known(*known_.value, Level::Primary);
      return finish();
    }
  }
  stage("cache");
  rows_permit_ = service_.store_breaker_.ask();
  if (!rows_permit_) {
    problem("CIRCUIT_OPEN", "feature store: resting after failures");
    return descend();
  }
  wait_for(Dependency::FeatureStore, soft_end_, &Attempt::on_rows);
}

void Attempt::on_rows(Outcome outcome) {
  outcome == Outcome::Reached ? rows_permit_->success() : rows_permit_->failure();
  rows_permit_.reset();
  if (outcome != Outcome::Reached) {
    problem("FEATURE_STORE_UNAVAILABLE",
            outcome == Outcome::Late ? "feature store: no answer in time" : "feature store: failed");
    return descend();
  }
  answer_.emplace(world_->snapshot, service_.around_.store, question_, arena_.memory());
  auto begun = now();
  answer_->fetch(*ranking_);
  fetch_took_ = now() - begun;
  stage("fetch");
  wait_for(Dependency::Recall, soft_end_, &Attempt::on_candidates);
}

void Attempt::on_candidates(Outcome outcome) {
  if (outcome != Outcome::Reached) {
    recall_failed_ = true;
    outcome == Outcome::Late ? problem("PREDICTION_TIMEOUT", "recall: no answer in time")
                             : problem("FEATURE_STORE_UNAVAILABLE", "recall: failed");
    return descend();
  }
  answer_->recall();
  stage("recall");
  if (answer_->candidates().empty()) {
    if (!question_.brought_candidates) return descend();
    exposure_.position = answer_->position();
    return finish();  // All of them excluded or filtered: that is the answer.
  }
  if (is_late()) {
    problem("PREDICTION_TIMEOUT", "recall: took until the deadline was near");
    return descend();
  }
  auto begun = now();
  answer_->score(*ranking_);
  service_.feature_fetch_.record(fetch_took_ + (now() - begun));
  start_members(*ranking_, std::min(soft_end_, now() + rules().timeout), &Attempt::on_scores);
}

void Attempt::on_scores(Outcome) {
  settle_late_members(*ranking_);
  stage("score");
  auto members = answer_->members();
  bool answered = members.empty() || std::ranges::any_of(members, &pipeline::MemberScores::answered);
  if (!answered) return descend();
  show_answer(*ranking_, Level::Primary);
  if (prediction_.items.empty()) return descend();
  if (problem_) {  // Answered without one of its members.
    prediction_.error = problem_;
    problem_.reset();
  }
  finish();
}

void Attempt::start_members(const pipeline::Ranking& ranking, Time until, Step then) {
  calls_.clear();
  calls_.resize(answer_->members().size());
  pending_ = 0;
  scored_ = then;
  std::vector<size_t> here;
  for (size_t i = 0; i < calls_.size(); ++i) {
    if (!ranking.members[i].is_model() || !admit_member(i)) continue;
    runs_here(i) ? here.push_back(i) : start_member(i);
  }
  for (size_t i : here) run_member(i, until);  // While the others run on their own threads.
  if (pending_ == 0) return (this->*then)(Outcome::Reached);
  park(until, then);
}

bool Attempt::admit_member(size_t index) {
  auto& call = calls_[index];
  const auto& member = *answer_->members()[index].member;
  call.model = world_->models[static_cast<size_t>(member.index)].get();
  call.permit = call.model->breaker.ask();
  if (!call.permit) problem("CIRCUIT_OPEN", "model " + member.name + ": resting after failures");
  return call.permit.has_value();
}

bool Attempt::runs_here(size_t index) {
  const auto& task = *answer_->members()[index].task;
  auto recent = nanoseconds{calls_[index].model->recent_ns_per_row.load(std::memory_order_relaxed) *
                            static_cast<int64_t>(task.count)};
  return task.scorer->is_bounded() && std::max<nanoseconds>(task.estimate(), recent) <= service_.options_.inline_max;
}

void Attempt::run_member(size_t index, Time until) {
  auto& member = answer_->members()[index];
  auto& call = calls_[index];
  call.started = now();
  bool worked = member.task->run().has_value();
  call.pending = true, ++pending_;
  if (worked && now() > until)
    problem("PREDICTION_TIMEOUT", "model " + member.member->name + ": no answer in " + in_ms(until - call.started));
  on_member(index, worked && now() <= until);
}

void Attempt::start_member(size_t index) {
  auto& member = answer_->members()[index];
  auto& call = calls_[index];
  call.started = now();
  bool started = service_.around_.pool.start(
      [task = member.task, mailbox = mailbox_, self = weak_from_this(), index, wait = wait_ + 1] {
        bool worked = task->run().has_value();
        mailbox->post([self, index, wait, worked] {
          auto alive = self.lock();
          if (!alive || alive->wait_ != wait || !alive->done_) return;
          Epochs::Pin pin(alive->service_.around_.store.epochs());
          alive->on_member(index, worked);
          if (alive->pending_ == 0) alive->resume(wait, Outcome::Reached);
        });
      });
  if (!started) {
    call.permit->success();  // It was never asked: this says nothing about the model.
    call.permit.reset();
    return problem("OVERLOADED", "model " + member.member->name + ": too many requests are waiting for it");
  }
  call.pending = true, ++pending_;
}

void Attempt::on_member(size_t index, bool worked) {
  auto& call = calls_[index];
  auto& member = answer_->members()[index];
  call.pending = false, --pending_;
  member.answered = worked;
  worked ? call.permit->success() : call.permit->failure();
  if (!worked) problem("MODEL_UNAVAILABLE", "model " + member.member->name + ": failed");
  auto call_took = now() - call.started;
  call.model->latency.record(call_took);
  int64_t took = call_took.count() / static_cast<int64_t>(std::max<size_t>(1, member.task->count));
  int64_t before = call.model->recent_ns_per_row.load(std::memory_order_relaxed);
  call.model->recent_ns_per_row.store(before + (took - before) / 8, std::memory_order_relaxed);
}

void Attempt::settle_late_members(const pipeline::Ranking& ranking) {
  for (size_t i = 0; i < calls_.size(); ++i) {
    if (!calls_[i].pending) continue;
    calls_[i].pending = false;
    calls_[i].permit->failure();
    problem("PREDICTION_TIMEOUT",
            "model " + ranking.members[i].name + ": no answer in " + in_ms(now() - calls_[i].started));
  }
  pending_ = 0;
}

void Attempt::wait_for(Dependency dependency, Time until, Step then) {
  auto* dependencies = service_.around_.dependencies;
  if (dependencies == nullptr) return (this->*then)(Outcome::Reached);
  park(until, then);
  dependencies->reach(dependency, [mailbox = mailbox_, self = weak_from_this(), wait = wait_](Result<void> reached) {
    mailbox->post([self, wait, outcome = reached ? Outcome::Reached : Outcome::Failed] {
      if (auto alive = self.lock()) alive->resume(wait, outcome);
    });
  });
}

void Attempt::park(Time until, Step then) {
  then_ = then;
  uint64_t wait = ++wait_;
  if (!parked_) parked_ = std::make_shared<std::shared_ptr<Attempt>>();
  *parked_ = shared_from_this();
  auto left = std::max(nanoseconds{0}, until - now());
  resumer_.post_after(std::chrono::ceil<Duration>(left), [parked = parked_, wait] {
    if (auto alive = *parked) alive->resume(wait, Outcome::Late);
  });
}

void Attempt::resume(uint64_t wait, Outcome outcome) {
  if (wait != wait_ || !done_) return;
  auto alive = shared_from_this();
  Epochs::Pin pin(service_.around_.store.epochs());
  ++wait_;
  (this->*then_)(outcome);
}

}  // namespace augury::serve
