#include "pipeline/values.h"

#include <cmath>

namespace augury::pipeline {

using definition::Datum;
using definition::KeyPart;
using definition::Reference;

namespace {
constexpr size_t kScratchBytes = 24 << 10;
}

Values::Values(const Snapshot& snapshot, const store::Store& store, const RowAccess& rows, const Subject& subject,
               std::pmr::memory_resource& arena)
    : snapshot_(snapshot),
      store_(store),
      rows_(rows),
      names_(store.dictionary()),
      subject_(subject),
      arena_(arena),
      scratch_(arena.allocate(kScratchBytes, 64), kScratchBytes),
      values_(snapshot.app().features.size(), &arena),
      cached_(snapshot.plan().views().size(), &arena),
      fields_(snapshot.app().features.size(), &arena),
      likenesses_(snapshot.app().features.size(), &arena) {
  if (subject.user != 0) user_attributes_ = store.users().attributes(subject.user);
}

Values::Part Values::part(const KeyPart& part, uint32_t item, std::span<const Datum> attributes) const {
  switch (part.kind) {
    case KeyPart::Kind::User:
      return {!subject_.user_id.empty(), subject_.user};
    case KeyPart::Kind::Session:
      return {!subject_.session_id.empty(), subject_.session};
    case KeyPart::Kind::Item:
      return {true, item};
    case KeyPart::Kind::Everyone:
      return {true, 0};
    case KeyPart::Kind::ItemAttribute:
      break;
  }
  if (attributes.empty()) return {};
  const Datum& d = attributes[static_cast<size_t>(part.attribute)];
  if (d.kind == Datum::Kind::Text) return {true, d.text.number};
  if (d.kind == Datum::Kind::Boolean) return {true, d.boolean ? 2u : 1u};
  return {};
}

Values::Key Values::key(int view, uint32_t item, std::span<const Datum> attributes) const {
  const auto& by = snapshot_.plan().views()[static_cast<size_t>(view)].by;
  if (by.size() == 1 && by[0].kind == KeyPart::Kind::Everyone) return {true, true, 0};
  Key k{true, true, 0};
  for (const auto& p : by) {
    Part found = part(p, item, attributes);
    k.present &= found.present;
    k.known &= found.number != 0;
    k.key = k.key << 32 | found.number;
  }
  return k;
}

std::span<const uint64_t> Values::row(int view, uint64_t key, bool shared) {
  auto& c = cached_[static_cast<size_t>(view)];
  uint64_t selection = shared ? 0 : selection_;
  if (c.valid && c.key == key && (c.selection == 0 || c.selection == selection)) return c.words;
  c = {key, selection, true, rows_.read(static_cast<uint32_t>(view), key, shared ? arena_ : scratch_)};
  return c.words;
}

void Values::run(const Step& step, bool shared) {
  auto& out = values_[static_cast<size_t>(step.feature)];
  std::pmr::memory_resource& memory = shared ? arena_ : scratch_;
  if (step.expression != nullptr) {
    out = step.expression->evaluate(*this, memory);
    return;
  }
  out = Datum();
  auto place = static_cast<size_t>(step.feature);
  if (step.pull != nullptr) {
    if (fields_[place] != nullptr) out = Datum::of(fields_[place]->of(item_));
    return;
  }
  if (step.similar != nullptr) {
    if (likenesses_[place] != nullptr) out = likenesses_[place]->of(item_);
    return;
  }
  Key k = key(step.view, item_, item_attributes_);
  if (!k.present) return;
  auto words = k.known ? row(step.view, k.key, shared) : std::span<const uint64_t>{};
  if (!step.number) {
    out = snapshot_.plan().value(step.feature, k.key, words, subject_.now, rows_, names_, memory);
    return;
  }
  double x = snapshot_.plan().number(step.feature, words, subject_.now);
  if (!std::isnan(x)) out = Datum::of(x);
}

void Values::prepare(const Columns& columns) {
  for (const auto& step : columns.shared) run(step, true);
  for (const auto& step : columns.own) spread(step);
}

void Values::spread(const Step& step) {
  auto place = static_cast<size_t>(step.feature);
  if (step.pull != nullptr && fields_[place] == nullptr && !subject_.user_id.empty())
    fields_[place] = std::pmr::polymorphic_allocator<>(&arena_).new_object<feature::PullField>(
        snapshot_.plan().pull(step.feature, subject_.user, subject_.now, rows_, arena_));
  if (step.similar == nullptr || likenesses_[place] != nullptr) return;
  const Datum& list = of(step.similar->list);
  if (list.kind != Datum::Kind::List) return;
  likenesses_[place] = std::pmr::polymorphic_allocator<>(&arena_).new_object<Likeness>(
      store_.items(), step.similar->attribute, list.list, arena_);
}

void Values::prefetch(const Columns& columns, uint32_t item) const {
  if (item == 0) return;
  auto attributes = store_.items().attributes(item);
  for (int view : columns.own_views) {
    Key k = key(view, item, attributes);
    if (k.present && k.known) rows_.prefetch(static_cast<uint32_t>(view), k.key);
  }
}

void Values::select(uint32_t item, std::string_view id) {
  ++selection_;
  scratch_.release();
  item_ = item;
  item_id_ = id;
  item_attributes_ = item != 0 ? store_.items().attributes(item) : std::span<const Datum>{};
}

void Values::compute(const Columns& columns) {
  for (const auto& step : columns.own) run(step, false);
}

bool Values::holds(const definition::Expression& condition) { return condition.holds(*this, scratch_); }

Datum Values::item_attribute(int attribute) const {
  return item_attributes_.empty() ? Datum() : item_attributes_[static_cast<size_t>(attribute)];
}

feature::PullField Values::pull(int together, std::span<const feature::PullField::Anchor> anchors) const {
  return snapshot_.plan().pull(together, anchors, subject_.now, rows_, arena_);
}

Datum Values::value(const Reference& reference) const {
  switch (reference.kind) {
    case Reference::Kind::Feature:
      return of(reference.index);
    case Reference::Kind::ItemAttribute:
      return item_attribute(reference.index);
    case Reference::Kind::UserAttribute:
      return user_attributes_.empty() ? Datum() : user_attributes_[static_cast<size_t>(reference.index)];
    case Reference::Kind::Item:
      return Datum::of(definition::Text{item_id_, item_});
    case Reference::Kind::Now:
      return Datum::of(subject_.now);
    case Reference::Kind::ContextField:
      for (const auto& c : subject_.context)
        if (c.name == reference.name) return c.value;
      return {};
    case Reference::Kind::EventField:
      return {};
  }
  return {};
}

}  // namespace augury::pipeline
