#include <algorithm>

#include "pipeline/choose.h"
#include "serve/attempt.h"

namespace augury::serve {

using definition::Datum;

namespace {

double in_ms(std::chrono::nanoseconds t) { return static_cast<double>(t.count()) / 1e6; }

// Kept for the cache: enough that excluding as many as are shown again leaves a full answer.
size_t kept_for(size_t wanted) { return 2 * wanted + 20; }

OwnedValue owned(const Datum& d) {
  switch (d.kind) {
    case Datum::Kind::Number:
      return d.number;
    case Datum::Kind::Boolean:
      return d.boolean;
    case Datum::Kind::Text:
      return std::string(d.text.bytes);
    case Datum::Kind::Location:
      return d.location;
    case Datum::Kind::Time:
      return from_micros(d.time_us);
    case Datum::Kind::Texts: {
      std::vector<std::string> all;
      for (const auto& text : d.texts) all.emplace_back(text.bytes);
      return all;
    }
    case Datum::Kind::Missing:
    case Datum::Kind::List:
    case Datum::Kind::Vector:
      break;
  }
  return {};
}

}  // namespace

bool Attempt::show(std::span<const pipeline::Ranked> ranked, bool admit_again) {
  auto admit = [&](const pipeline::Ranked& r) { return !admit_again || answer_->admits(r.item, r.id); };
  auto chosen = pipeline::choose(ranked, {.count = wanted(), .at_most = rules().choose.at_most}, admit);
  prediction_.items.clear();
  for (const auto* r : chosen) {
    PredictedItem item{.item_id = r->id,
                       .score = r->score,
                       .rank = static_cast<int>(prediction_.items.size()) + 1,
                       .explanation = r->explanation,
                       .reasons = {}};
    if (question_.explain && answer_ && !admit_again && prediction_.level != Level::Static)
      item.reasons = answer_->reasons(*r);
    prediction_.items.push_back(std::move(item));
  }
  return !prediction_.items.empty();
}

void Attempt::show_answer(const pipeline::Ranking& ranking, Level level) {
  prediction_.level = level;
  bool diverse = rules().choose.at_most > 0;
  size_t keep_count = diverse ? answer_->candidates().size() : kept_for(wanted());
  auto ranked = answer_->finish(ranking, keep_count);
  show(ranked, false);
  exposure_.position = answer_->position();
  exposure_.list = answer_->list();
  exposure_.newer.assign(answer_->newer().begin(), answer_->newer().end());
  name_members();
  if (level == Level::Primary && may_cache_ && !problem_) keep(std::move(ranked));
}

void Attempt::name_members() {
  auto members = answer_->members();
  prediction_.models.clear();
  exposure_.members.clear();
  for (size_t i = 0; i < members.size(); ++i) {
    if (!members[i].answered) continue;
    const auto& m = *members[i].member;
    std::string version = m.is_model() ? std::string(m.scorer->version()) : std::string();
    if (m.is_model()) prediction_.models.emplace_back(m.name, version);
    exposure_.members.push_back({m.name, std::move(version), answer_->blended().weights[i]});
  }
  prediction_.model_version.clear();
  for (const auto& [name, version] : prediction_.models)
    prediction_.model_version += (prediction_.model_version.empty() ? "" : "+") + name + "@" + version;
}

void Attempt::keep(std::vector<pipeline::Ranked> ranked) {
  auto known = std::make_shared<KnownAnswer>();
  known->circumstances = circumstances_;
  known->complete = ranked.size() == answer_->candidates().size();
  size_t enough = kept_for(wanted());
  if (rules().choose.at_most > 0) enough *= 2;
  if (ranked.size() > enough) {
    ranked.resize(enough);
    known->complete = false;
  }
  // What was excluded or filtered out is not among them; another question may exclude less.
  if (!question_.exclude.empty() || !question_.exclude_unknown.empty()) known->complete = false;
  ranked.shrink_to_fit();
  known->ranked = std::move(ranked);
  known->position = answer_->position();
  known->now = question_.subject.now;
  known->list = answer_->list();
  known->model_version = prediction_.model_version;
  known->models = prediction_.models;
  known->members = exposure_.members;
  size_t bytes = known->bytes();
  service_.cache_.put(cache_key_, std::move(known), bytes, service_.options_.stale_max);
}

void Attempt::show_known(const KnownAnswer& known, Level level) {
  prediction_.level = level;
  prediction_.cache_hit = true;
  prediction_.cache_level = "L1";
  prediction_.models = known.models;
  prediction_.model_version = known.model_version;
  exposure_.position = known.position;
  exposure_.list = known.list;
  exposure_.members = known.members;
  if (level == Level::Primary) service_.counts_.cache_hits.fetch_add(1, std::memory_order_relaxed);
}

void Attempt::record() {
  if (service_.around_.recorder == nullptr) return;
  Exposure& e = exposure_;
  const auto& app = world_->snapshot->app();
  e.prediction = id_;
  e.now = question_.subject.now;
  e.receipt = receipt_;
  e.publication = world_->snapshot->publication();
  e.placement = rules().name;
  e.user_id = question_.subject.user_id;
  e.session_id = question_.subject.session_id;
  e.level = prediction_.level;
  e.cache_hit = prediction_.cache_hit;
  e.fallback_reason = prediction_.fallback_reason.value_or("");
  e.experiment = prediction_.experiment_id.value_or("");
  e.variant = prediction_.variant.value_or("");
  e.propensity = prediction_.propensity;
  for (const auto& item : prediction_.items) e.items.push_back({item.item_id, item.score, 1});
  for (const auto& c : question_.subject.context)
    if (!c.value.missing()) e.context.emplace_back(std::string(c.name), owned(c.value));
  e.explained = question_.explain;
  base::Random random(seed_of(id_));
  if (answer_ && (random.chance(app.log_candidates) || question_.explain))
    for (const auto& c : answer_->candidates()) e.candidates.emplace_back(c.id);
  service_.around_.recorder->record(std::move(e));
}

void Attempt::fail(Error error) {
  service_.counts_.failed.fetch_add(1, std::memory_order_relaxed);
  mailbox_->close();
  auto done = std::exchange(done_, nullptr);
  if (parked_) parked_->reset();
  done(std::move(error));
}

void Attempt::finish() {
  auto alive = parked_ ? *parked_ : nullptr;
  const auto& store = service_.around_.store;
  Prediction& p = prediction_;
  p.prediction_id = text_of(id_);
  p.user_id = question_.subject.user_id;
  if (assignment_.experiment != nullptr) {
    p.experiment_id = assignment_.experiment->name;
    p.variant = assignment_.variant->name;
    p.propensity = assignment_.propensity;
  }
  if (p.level != Level::Primary && p.fallback_reason != "NEW_VISITOR") {
    p.fallback = true;
    p.error = problem_;
    p.fallback_reason = problem_ ? problem_->code : "NO_CANDIDATES";
  }
  p.now = question_.subject.now;
  if (exposure_.position == 0) exposure_.position = store.applied().offset;
  p.position = {0, exposure_.position};
  Timestamp newest = store.newest_receipt();
  if (micros(newest) > 0 && receipt_ > newest) p.feature_age_ms = seconds(receipt_ - newest) * 1e3;
  record();
  auto took = now() - begun_;
  p.latency_ms = in_ms(took);
  service_.count(p, took);
  mailbox_->close();
  auto done = std::exchange(done_, nullptr);
  if (parked_) parked_->reset();
  done(std::move(p));
}

}  // namespace augury::serve
