#include "pipeline/recall.h"

#include <algorithm>
#include <cstdint>
#include <unordered_set>

namespace augury::pipeline {

using definition::Datum;
using definition::RecallSource;
using feature::PullField;

Recall::Recall(const PlacementPlan& plan, const Question& question, const store::Store& store, const Snapshot& snapshot,
               Values& values, std::pmr::memory_resource& arena)
    : plan_(plan),
      question_(question),
      store_(store),
      snapshot_(snapshot),
      values_(values),
      arena_(arena),
      found_(&arena),
      place_(&arena) {}

bool Recall::admits(const Candidate& candidate) {
  if (question_.excludes(candidate)) return false;
  if (!plan_.rules->filter) return true;
  values_.select(candidate.item, candidate.id);
  values_.compute(plan_.filter);
  return values_.holds(*plan_.rules->filter);
}

// True if the item counts towards the source's limit.
bool Recall::offer(uint32_t item, Origin origin, int source, uint32_t anchor, size_t rank) {
  double recalled = 1 / static_cast<double>(rank + 1);
  auto [at, is_new] = place_.try_emplace(item, -1);
  if (is_new) {
    Candidate c{.item = item, .id = store_.dictionary().name(definition::NameKind::Item, item)};
    if (c.id.empty() || !admits(c)) return false;
    at->second = static_cast<int>(found_.size());
    found_.push_back(c);
  }
  if (at->second < 0) return false;
  Candidate& c = found_[static_cast<size_t>(at->second)];
  bool first_choice = c.origins == 0 || (c.origins & ((1u << static_cast<int>(origin)) - 1)) == 0;
  if (first_choice && !c.from(origin)) c.source = source;
  if (anchor != 0 && c.anchor == 0) c.anchor = anchor;
  c.add(origin);
  c.recalled = std::max(c.recalled, recalled);
  return true;
}

void Recall::from_request() {
  for (const Candidate& c : question_.candidates)
    if (admits(c)) found_.push_back(c);
}

void Recall::from_list(const store::RankedList* list, Origin origin, int source, size_t limit) {
  if (list == nullptr) return;
  list_ = std::max(list_, list->number);
  size_t passed = 0;
  for (const auto& ranked : list->items) {
    if (passed == limit) break;
    if (offer(ranked.item, origin, source, 0, passed)) ++passed;
  }
}

void Recall::from_related(const RecallSource& rule, int source) {
  const Datum& list = values_.of(rule.to);
  if (list.kind != Datum::Kind::List) return;
  const auto* together = snapshot_.app().features[static_cast<size_t>(rule.feature)].aggregation();
  std::pmr::vector<PullField::Anchor> anchors(&arena_);
  double weight = 1;
  for (const auto& anchor : list.list) {
    if (anchors.size() == kAnchorsMax) break;
    if (anchor.number == 0 || std::ranges::find(anchors, anchor.number, &PullField::Anchor::item) != anchors.end())
      continue;
    anchors.push_back({anchor.number, weight});
    weight *= together->together.decay;
  }
  auto field = values_.pull(rule.feature, anchors);
  size_t passed = 0;
  // Most pass the filter: a few more than wanted are enough, all of them if not.
  for (size_t count : {2 * static_cast<size_t>(rule.limit), SIZE_MAX}) {
    auto strongest = field.strongest(count);
    passed = 0;
    for (const auto& [item, score, anchor] : strongest) {
      if (passed == static_cast<size_t>(rule.limit)) return;
      if (offer(item, Origin::Related, source, anchor, passed)) ++passed;
    }
    if (strongest.size() < count) return;
  }
}

void Recall::from_own(const RecallSource& rule, int source) {
  const Datum& list = values_.of(rule.to);
  if (list.kind != Datum::Kind::List) return;
  std::pmr::unordered_set<uint32_t> seen(&arena_);
  size_t passed = 0;
  for (const auto& entry : list.list) {
    if (passed == static_cast<size_t>(rule.limit)) break;
    if (entry.number != 0 && seen.insert(entry.number).second && offer(entry.number, Origin::Own, source, 0, passed))
      ++passed;
  }
}

// More are fetched than wanted, and more again where the filter refuses many.
void Recall::from_nearest(const RecallSource& rule, int source) {
  const Datum& taste = values_.of(rule.to);
  const auto* index = snapshot_.index(rule.vector);
  if (index == nullptr || taste.kind != Datum::Kind::Vector) return;
  auto limit = static_cast<size_t>(rule.limit);
  size_t passed = 0, walked = 0;
  for (size_t asked = std::min(kNearestMax, limit + limit / 2 + question_.exclude.size() + 16);;) {
    auto nearest = index->nearest(taste.vector, asked);
    for (; walked < nearest.size() && passed < limit; ++walked)
      if (offer(nearest[walked].item, Origin::Nearest, source, 0, passed)) ++passed;
    if (passed == limit || nearest.size() < asked || asked == kNearestMax) return;
    asked = std::min(kNearestMax, 4 * asked);
  }
}

std::pmr::vector<Candidate> Recall::find() {
  values_.prepare(plan_.filter);
  if (question_.brought_candidates) {
    from_request();
    return std::move(found_);
  }
  values_.prepare(plan_.recall);
  int source = 0;
  for (const auto& rule : plan_.rules->recall) {
    auto limit = static_cast<size_t>(rule.limit);
    switch (rule.kind) {
      case RecallSource::Kind::Popular:
        from_list(store_.list_by_feature(snapshot_.list_of(rule.feature)).get(), Origin::Popular, source, limit);
        break;
      case RecallSource::Kind::Recent:
        from_list(store_.list_by_attribute(rule.attribute).get(), Origin::Recent, source, limit);
        break;
      case RecallSource::Kind::Related:
        from_related(rule, source);
        break;
      case RecallSource::Kind::Nearest:
        from_nearest(rule, source);
        break;
      case RecallSource::Kind::Own:
        from_own(rule, source);
        break;
    }
    ++source;
  }
  return std::move(found_);
}

void Recall::keep_values(const store::RankedList& list) {
  for (const auto& ranked : list.items)
    if (auto at = place_.find(ranked.item); at != place_.end() && at->second >= 0)
      found_[static_cast<size_t>(at->second)].recalled = ranked.value;
}

std::pmr::vector<Candidate> Recall::popular(size_t count) {
  values_.prepare(plan_.filter);
  if (question_.brought_candidates) {
    from_request();
  } else if (plan_.popular >= 0) {
    auto list = store_.list_by_feature(snapshot_.list_of(plan_.popular));
    from_list(list.get(), Origin::Popular, -1, count);
    if (list) keep_values(*list);
  }
  return std::move(found_);
}

}  // namespace augury::pipeline
