#include <algorithm>

#include "serve/attempt.h"

namespace augury::serve {

namespace {

// Enough of the popular list for the diversity rule to choose from.
size_t popular_needed(size_t wanted, int at_most) { return at_most > 0 ? 4 * wanted + 100 : wanted; }

}  // namespace

void Attempt::problem(std::string_view code, std::string message) {
  if (!problem_) problem_ = Degradation{std::string(code), std::move(message)};
}

void Attempt::descend() {
  if (answer_cached()) return finish();
  try_simplified();
}

bool Attempt::answer_cached() {
  if (!known_) return false;
  // A list of other things is no answer to "rank these".
  if (question_.brought_candidates && known_.value->circumstances != circumstances_) return false;
  answer_.emplace(world_->snapshot, service_.around_.store, question_, arena_.memory());
  if (!show(known_.value->ranked, true)) return false;
  show_known(*known_.value, Level::Cached);
  return true;
}

void Attempt::try_simplified() {
  auto until = soft_end_ + (hard_end_ - soft_end_) / 2;
  if (!plan_->simplified || now() >= until) return descend_to_popular();
  if (!world_->models[static_cast<size_t>(plan_->simplified->members[0].index)]->breaker.would_admit())
    return descend_to_popular();
  answer_.emplace(world_->snapshot, service_.around_.store, question_, arena_.memory());
  if (recall_failed_)
    answer_->recall_popular(popular_needed(wanted(), 1));
  else
    answer_->recall();
  if (answer_->candidates().empty()) return descend_to_popular();
  answer_->score(*plan_->simplified);
  start_members(*plan_->simplified, until, &Attempt::on_simplified);
}

void Attempt::on_simplified(Outcome) {
  settle_late_members(*plan_->simplified);
  stage("simplified");
  if (answer_->members()[0].answered) {
    show_answer(*plan_->simplified, Level::Simplified);
    if (!prediction_.items.empty()) return finish();
  }
  descend_to_popular();
}

void Attempt::descend_to_popular() {
  if (answer_popular() || answer_static()) return finish();
  std::string why = problem_ ? " (" + problem_->message + ")" : std::string();
  fail({Code::Unavailable, "placement '" + rules().name + "': nothing to answer with yet: no candidates, no popular " +
                               "items and no fallback.static in the app file" + why});
}

bool Attempt::answer_popular() {
  if (plan_->popular < 0) return false;
  answer_.emplace(world_->snapshot, service_.around_.store, question_, arena_.memory());
  answer_->recall_popular(popular_needed(wanted(), rules().choose.at_most));
  if (answer_->candidates().empty()) return false;
  static const pipeline::Ranking as_listed;
  const auto& ranking = question_.brought_candidates ? plan_->by_popularity : as_listed;
  answer_->score(ranking);
  show_answer(ranking, Level::Popular);
  stage("popular");
  return !prediction_.items.empty();
}

// The app file's list, or what the request brought in its own order; only `exclude` applies.
bool Attempt::answer_static() {
  const auto& names = service_.around_.store.dictionary();
  std::vector<pipeline::Ranked> ranked;
  auto add = [&](uint32_t item, std::string_view id, pipeline::Origin origin) {
    if (question_.excludes({.item = item, .id = id})) return;
    ranked.push_back({.item = item,
                      .id = std::string(id),
                      .score = 0,
                      .group = 0,
                      .place = 0,
                      .explanation = pipeline::in_words({origin, {}, {}, {}}),
                      .reasons = {}});
  };
  if (question_.brought_candidates)
    for (const auto& c : question_.candidates) add(c.item, c.id, pipeline::Origin::Request);
  else
    for (const auto& id : rules().fallback.static_items)
      add(names.find(definition::NameKind::Item, id), id, pipeline::Origin::Static);
  prediction_.level = Level::Static;
  return show(ranked, false);
}

}  // namespace augury::serve
