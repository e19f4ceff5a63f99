#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"
#include "feature/compiled.h"
#include "feature/moments.h"
#include "feature/row_editor.h"
#include "feature/row_update.h"

namespace augury::feature {
namespace {

using definition::Datum;
using definition::KeyPart;
using definition::Operand;
using definition::Reference;

uint32_t attribute_number(std::span<const Datum> attributes, int attribute) {
  auto i = static_cast<size_t>(attribute);
  if (i >= attributes.size()) return 0;
  const Datum& value = attributes[i];
  if (value.kind == Datum::Kind::Text) return value.text.number;
  if (value.kind == Datum::Kind::Boolean) return value.boolean ? 2 : 1;
  return 0;
}

uint32_t part_number(const KeyPart& part, const KeySource& from) {
  switch (part.kind) {
    case KeyPart::Kind::User:
      return from.user;
    case KeyPart::Kind::Item:
      return from.item;
    case KeyPart::Kind::Session:
      return from.session;
    case KeyPart::Kind::ItemAttribute:
      return attribute_number(from.item_attributes, part.attribute);
    case KeyPart::Kind::Everyone:
      return 0;
  }
  return 0;
}

KeySource keys_of(const Event& event) { return {event.user, event.item, event.session, event.item_attributes}; }

bool take_datum(const Datum& datum, Taking taking, Taken& taken) {
  if (taking == Taking::Name) {
    if (datum.kind != Datum::Kind::Text || datum.text.number == 0) return false;
    taken.value = datum.text.number;
    return true;
  }
  switch (datum.kind) {
    case Datum::Kind::Number:
      taken.amount = datum.number;
      break;
    case Datum::Kind::Boolean:
      taken.amount = datum.boolean ? 1 : 0;
      break;
    case Datum::Kind::Time:
      taken.amount = static_cast<double>(datum.time_us) / 1e6;
      break;
    default:
      return false;
  }
  if (!(std::abs(taken.amount) < 0x1p53)) return false;
  taken.units = units_of(taken.amount);
  taken.value = std::bit_cast<uint64_t>(taken.amount);
  return true;
}

bool take(const Group& group, const Operand& operand, const GroupUpdate& update, const Event& event, Taken& taken) {
  if (group.taking == Taking::Nothing) return true;
  std::span<const Datum> from = event.fields;
  auto i = static_cast<size_t>(update.field);
  if (operand.kind == Operand::Kind::Item) {
    taken.value = event.item;
    return event.item != 0;
  }
  if (operand.kind == Operand::Kind::ItemAttribute) {
    from = event.item_attributes;
    i = static_cast<size_t>(operand.attribute);
  }
  return i < from.size() && take_datum(from[i], group.taking, taken);
}

class EventScope : public definition::Scope {
 public:
  EventScope(const TypeProgram& type, const Event& event) : type_(type), event_(event) {}

  Datum value(const Reference& reference) const override {
    switch (reference.kind) {
      case Reference::Kind::EventField:
        return field(reference.name);
      case Reference::Kind::ItemAttribute:
        return at(event_.item_attributes, reference.index);
      case Reference::Kind::UserAttribute:
        return at(event_.user_attributes, reference.index);
      case Reference::Kind::Now:
        return Datum::of(event_.at);
      case Reference::Kind::Item:
        return event_.item == 0 ? Datum() : Datum::of(definition::Text{event_.item_id, event_.item});
      case Reference::Kind::ContextField:
        return context(reference.name);
      default:
        return {};
    }
  }

 private:
  static Datum at(std::span<const Datum> values, int index) {
    return index >= 0 && static_cast<size_t>(index) < values.size() ? values[static_cast<size_t>(index)] : Datum();
  }
  // "dwell" is the event's own; "view.dwell" has no value on a click.
  Datum field(std::string_view name) const {
    if (auto dot = name.find('.'); dot != std::string_view::npos) {
      if (name.substr(0, dot) != type_.name) return {};
      name.remove_prefix(dot + 1);
    }
    for (size_t i = 0; i < type_.fields.size(); ++i)
      if (type_.fields[i] == name) return at(event_.fields, static_cast<int>(i));
    return {};
  }
  Datum context(std::string_view name) const {
    if (name.starts_with("context.")) name.remove_prefix(8);
    for (const ContextDatum& each : event_.context)
      if (each.name == name) return each.value;
    return {};
  }

  const TypeProgram& type_;
  const Event& event_;
};

void apply_view(const Plan::Compiled& plan, const ViewUpdate& update, const Event& event, Conditions& conditions,
                RowSource& rows, Applied& applied) {
  const ViewLayout& layout = plan.layouts[update.view];
  auto key = key_of(plan.views[update.view].by, keys_of(event));
  if (!key) return void(applied.keyless += update.features);
  RowEditor row(rows);
  RowUpdate changes(layout, row, micros(event.at), applied);
  for (const GroupUpdate& one : update.groups) {
    const Group& group = layout.groups[one.group];
    Taken taken;
    if (!conditions.holds(group.condition) || !take(group, group.operand, one, event, taken)) continue;
    if (!row.is_open()) {
      row.open(update.view, *key, layout.fixed, update.expected);
      row.set(0, event.sequence);
    }
    changes.count(group, one.roles, taken);
  }
}

}  // namespace

bool Conditions::evaluate(size_t condition) const {
  std::array<std::byte, 512> room;
  std::pmr::monotonic_buffer_resource arena(room.data(), room.size());
  return all_[condition].holds(EventScope(type_, event_), arena);
}

std::optional<uint64_t> key_of(std::span<const KeyPart> by, const KeySource& from) {
  uint64_t key = 0;
  for (const KeyPart& part : by) {
    uint32_t number = part_number(part, from);
    if (number == 0 && part.kind != KeyPart::Kind::Everyone) return std::nullopt;
    key = (key << 32) | number;
  }
  return key;
}

void Plan::prefetch(const Event& event, RowSource& rows) const {
  const TypeProgram& program = compiled_->types[static_cast<size_t>(event.type)];
  for (const ViewUpdate& update : program.views)
    if (auto key = key_of(compiled_->views[update.view].by, keys_of(event))) rows.prefetch(update.view, *key);
  if (event.user == 0 || event.item == 0) return;
  for (uint32_t t : program.together) compiled_->together[t].prefetch(event, rows);
}

Applied Plan::apply(const Event& event, RowSource& rows) const {
  AUGURY_DCHECK(event.type >= 0 && static_cast<size_t>(event.type) < compiled_->types.size());
  const TypeProgram& program = compiled_->types[static_cast<size_t>(event.type)];
  Applied applied;
  Conditions conditions(compiled_->conditions, program, event);
  for (const ViewUpdate& update : program.views) apply_view(*compiled_, update, event, conditions, rows, applied);
  for (uint32_t t : program.together) {
    const Together& together = compiled_->together[t];
    if (event.user == 0 || event.item == 0) {
      ++applied.keyless;
    } else if (conditions.holds(together.condition())) {
      together.apply(event, rows);
    }
  }
  return applied;
}

}  // namespace augury::feature
