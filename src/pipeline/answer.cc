#include "pipeline/answer.h"

#include "pipeline/choose.h"

namespace augury::pipeline {

Answer::Answer(std::shared_ptr<const Snapshot> snapshot, const store::Store& store, const Question& question,
               std::pmr::memory_resource& arena)
    : snapshot_(std::move(snapshot)),
      store_(store),
      question_(question),
      plan_(snapshot_->placement(question.placement)),
      position_(store.applied().offset),
      rows_(store, position_),
      values_(*snapshot_, store, rows_, question_.subject, arena),
      recall_(plan_, question_, store, *snapshot_, values_, arena),
      candidates_(&arena) {}

void Answer::fetch(const Ranking& ranking) { values_.prepare(ranking.columns); }

void Answer::recall() { candidates_ = recall_.find(); }

void Answer::recall_popular(size_t count) { candidates_ = recall_.popular(count); }

void Answer::score(const Ranking& ranking) { members_ = fill(snapshot_, ranking, candidates_, values_); }

std::vector<Ranked> Answer::finish(const Ranking& ranking, size_t keep) {
  blend_ = blend(ranking, members_, candidates_);
  std::vector<Ranked> ranked;
  for (uint32_t place : best_first(candidates_, blend_.scores, keep)) {
    const Candidate& c = candidates_[place];
    ranked.push_back({.item = c.item,
                      .id = std::string(c.id),
                      .score = blend_.scores[place],
                      .group = group_of(c.item),
                      .place = place,
                      .explanation = explanation(c),
                      .reasons = {}});
  }
  return ranked;
}

std::vector<Reason> Answer::reasons(const Ranked& ranked) const {
  const Candidate& c = candidates_[ranked.place];
  return pipeline::reasons(c, ranked.place, name(c.anchor), members_, blend_, snapshot_->app());
}

bool Answer::admits(uint32_t item, std::string_view id) {
  if (!filter_prepared_) values_.prepare(plan_.filter);
  filter_prepared_ = true;
  return recall_.admits({.item = item, .id = id});
}

std::string_view Answer::name(uint32_t item) const {
  return store_.dictionary().name(definition::NameKind::Item, item);
}

uint32_t Answer::group_of(uint32_t item) const {
  const auto& by = plan_.rules->choose.diversity_attribute;
  if (!by || item == 0) return 0;
  auto attributes = store_.items().attributes(item);
  if (attributes.empty()) return 0;
  const auto& value = attributes[static_cast<size_t>(*by)];
  if (value.kind == definition::Datum::Kind::Boolean) return value.boolean ? 2 : 1;
  return value.kind == definition::Datum::Kind::Text ? value.text.number : 0;
}

std::string_view Answer::event_behind(const Candidate& candidate) const {
  const auto& rule = plan_.rules->recall[static_cast<size_t>(candidate.source)];
  const auto* list = snapshot_->app().features[static_cast<size_t>(rule.to)].aggregation();
  if (list == nullptr || list->events.size() != 1) return {};
  return snapshot_->app().events[static_cast<size_t>(list->events[0])].name;
}

std::string Answer::explanation(const Candidate& c) const {
  if (c.from(Origin::Own)) return in_words({Origin::Own, {}, event_behind(c), {}});
  if (c.from(Origin::Related)) return in_words({Origin::Related, name(c.anchor), event_behind(c), {}});
  if (c.from(Origin::Nearest)) return in_words({Origin::Nearest, {}, {}, {}});
  if (c.from(Origin::Recent)) {
    bool text = plan_.rules->choose.diversity_attribute &&
                snapshot_->app().item_attributes[static_cast<size_t>(*plan_.rules->choose.diversity_attribute)].type ==
                    definition::Type::Text;
    auto group = text ? store_.dictionary().name(definition::NameKind::Text, group_of(c.item)) : std::string_view();
    return in_words({Origin::Recent, {}, {}, group});
  }
  return in_words({c.from(Origin::Popular) ? Origin::Popular : Origin::Request, {}, {}, {}});
}

}  // namespace augury::pipeline
