#include "ingest/lists.h"

#include <algorithm>
#include <cmath>

namespace augury::ingest {

using definition::Function;

namespace {

bool by_item(const definition::Aggregation& a) {
  return a.by.size() == 1 && a.by[0].kind == definition::KeyPart::Kind::Item;
}

bool in(const std::vector<bool>& flags, uint32_t item) { return item < flags.size() && flags[item]; }

void set(std::vector<bool>& flags, uint32_t item, bool value) {
  if (item >= flags.size()) flags.resize(item + item / 2 + 64);
  flags[item] = value;
}

}  // namespace

WantedLists wanted_lists(const definition::App& app, const feature::Plan& plan) {
  WantedLists wanted;
  for (auto& placement : app.placements) {
    if (placement.fallback.popular_feature) wanted.features.insert(*placement.fallback.popular_feature);
    for (auto& source : placement.recall) {
      if (source.kind == definition::RecallSource::Kind::Popular) wanted.features.insert(source.feature);
      if (source.kind == definition::RecallSource::Kind::Recent && source.attribute >= 0)
        wanted.attributes.insert(source.attribute);
    }
  }
  std::erase_if(wanted.features, [&](int feature) {
    const auto* what = feature < 0 ? nullptr : app.features[static_cast<size_t>(feature)].aggregation();
    return what == nullptr || !by_item(*what) || plan.view_of(feature) < 0;
  });
  return wanted;
}

Lists::Lists(const definition::App& app, const feature::Plan& plan, store::Store& store, const base::WallClock& wall)
    : plan_(plan), store_(store), wall_(wall) {
  auto wanted = wanted_lists(app, plan);
  for (int feature : wanted.features) {
    auto function = app.features[static_cast<size_t>(feature)].aggregation()->function;
    bool decayed = function == Function::DecayedCount || function == Function::DecayedSum;
    bool sum = function == Function::Count || function == Function::Sum;
    by_feature_.push_back({feature, static_cast<uint32_t>(plan.view_of(feature)), decayed, decayed || sum});
  }
  for (int attribute : wanted.attributes) by_attribute_.push_back({attribute});
}

void Lists::touch(uint32_t item) {
  if (item == 0 || in(is_touched_, item)) return;
  set(is_touched_, item, true);
  touched_.push_back(item);
  changed_ = true;
}

void Lists::put(uint32_t item) {
  if (in(deleted_, item)) deleted_[item] = false;
  touch(item);
}

void Lists::erase(uint32_t item) {
  set(deleted_, item, true);
  touch(item);
}

void Lists::touch_all() {
  uint32_t items = store_.dictionary().size(definition::NameKind::Item);
  for (uint32_t item = 1; item <= items; ++item) touch(item);
}

bool Lists::due(Timestamp now) const {
  return changed_ || std::any_of(by_feature_.begin(), by_feature_.end(), [&](const ByFeature& list) {
           return !list.expiries.empty() && list.expiries.top().after < now;
         });
}

void Lists::publish() {
  Timestamp now = wall_.now();
  base::Epochs::Pin pin(store_.epochs());
  look_at_touched(now);
  for (auto& list : by_feature_)
    if (std::exchange(list.changed, false)) publish(list, now);
  for (auto& list : by_attribute_)
    if (std::exchange(list.changed, false)) publish(list, now);
  changed_ = false;
}

void Lists::look_at_touched(Timestamp now) {
  for (auto& list : by_feature_) {
    while (!list.expiries.empty() && list.expiries.top().after < now) {
      auto [after, item] = list.expiries.top();
      list.expiries.pop();
      if (list.changes_after[item] == after && !in(is_touched_, item)) look(list, item, now);
    }
    for (uint32_t item : touched_) look(list, item, now);
  }
  for (auto& list : by_attribute_)
    for (uint32_t item : touched_) look(list, item);
  for (uint32_t item : touched_) is_touched_[item] = false;
  touched_.clear();
}

void Lists::look(ByFeature& list, uint32_t item, Timestamp now) {
  double score = Ranking::kNone;
  std::byte buffer[2048];
  std::pmr::monotonic_buffer_resource arena(buffer, sizeof buffer);
  auto row = store_.rows(list.view).read(item, arena);
  if (!row.words.empty() && !in(deleted_, item)) {
    score = list.decayed ? plan_.order_key(list.feature, row.words) : plan_.number(list.feature, row.words, now);
    if (list.positive && !list.decayed && score <= 0) score = Ranking::kNone;
    if (std::isnan(score)) score = Ranking::kNone;
  }
  if (!list.decayed && !row.words.empty()) {
    Timestamp after = plan_.changes_after(list.feature, row.words, now);
    if (item >= list.changes_after.size()) list.changes_after.resize(item + item / 2 + 64, Timestamp::max());
    // A value that always changes is looked at whenever there is something to publish.
    if (after != Timestamp::max()) list.expiries.push({std::max(after, now), item});
    list.changes_after[item] = after == Timestamp::max() ? after : std::max(after, now);
  }
  if (score == list.ranking.score(item)) return;
  list.ranking.set(item, score);
  list.changed = true;
}

void Lists::look(ByAttribute& list, uint32_t item) {
  double score = Ranking::kNone;
  auto values = store_.items().attributes(item);
  if (!values.empty() && values[static_cast<size_t>(list.attribute)].kind == definition::Datum::Kind::Time)
    score = values[static_cast<size_t>(list.attribute)].as_number();
  if (score == list.ranking.score(item)) return;
  list.ranking.set(item, score);
  list.changed = true;
}

double Lists::value(const ByFeature& list, uint32_t item, Timestamp now) const {
  std::byte buffer[2048];
  std::pmr::monotonic_buffer_resource arena(buffer, sizeof buffer);
  return plan_.number(list.feature, store_.rows(list.view).read(item, arena).words, now);
}

std::shared_ptr<store::RankedList> Lists::made(int feature, int attribute, Timestamp now) {
  auto list = std::make_shared<store::RankedList>();
  // Numbers grow across restarts without being kept.
  number_ = std::max(number_ + 1, static_cast<uint64_t>(std::max<int64_t>(micros(now), 0)));
  list->number = number_;
  list->feature = feature;
  list->attribute = attribute;
  list->published = now;
  return list;
}

void Lists::publish(ByFeature& list, Timestamp now) {
  auto next = made(list.feature, -1, now);
  for (uint32_t item : list.ranking.top())
    next->items.push_back({item, list.decayed ? value(list, item, now) : list.ranking.score(item)});
  store_.publish(std::move(next));
}

void Lists::publish(ByAttribute& list, Timestamp now) {
  auto next = made(-1, list.attribute, now);
  for (uint32_t item : list.ranking.top()) next->items.push_back({item, list.ranking.score(item)});
  store_.publish(std::move(next));
}

}  // namespace augury::ingest
