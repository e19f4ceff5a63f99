#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"
#include "base/math.h"
#include "feature/compiled.h"
#include "feature/moments.h"
#include "feature/neighbours.h"
#include "feature/row_editor.h"
#include "feature/row_values.h"

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

void add_one(const RowEditor& row, uint32_t at) { row.set(at, row.get(at) + 1); }

void add_units(const RowEditor& row, uint32_t at, Units units, Applied& applied) {
  auto sum = row.get_units(at);
  if (__builtin_add_overflow(sum, units, &sum)) return void(++applied.overflowed);
  row.set_units(at, sum);
}

void add_cells(const RowEditor& row, uint32_t at, const Cells& cells, uint8_t roles, const Taken& taken,
               Applied& applied) {
  if (cells.count >= 0) add_one(row, at + static_cast<uint32_t>(cells.count));
  if (cells.over >= 0 && (roles & kOver) != 0) add_one(row, at + static_cast<uint32_t>(cells.over));
  if (cells.under >= 0 && (roles & kUnder) != 0) add_one(row, at + static_cast<uint32_t>(cells.under));
  if (cells.sum >= 0) add_units(row, at + static_cast<uint32_t>(cells.sum), taken.units, applied);
  if (cells.more) add_more_cells(row, at, cells, taken, applied);
}

void add_decay(const RowEditor& row, const Decay& decay, int64_t t, double amount) {
  uint64_t kept = row.get(decay.at + 1);
  int64_t landmark = kept == 0 ? 0 : time_of_word(kept);
  int64_t since = t - landmark * decay.half_life;
  if (kept == 0 || since < 0 || since >= decay.half_life) {
    landmark = floor_div(t, decay.half_life);
    since = t - landmark * decay.half_life;
  }
  double weight = base::exp2(static_cast<double>(since) / static_cast<double>(decay.half_life));
  add_decayed(row, decay.at + 1, decay.at, landmark, amount * weight);
}

// One event into one view's row.
class RowUpdate {
 public:
  RowUpdate(const ViewLayout& layout, RowEditor& row, int64_t t, Applied& applied)
      : layout_(layout), row_(row), t_(t), applied_(applied) {}

  void count(const Group& group, uint8_t roles, const Taken& taken) {
    uint64_t newest = row_.get(group.newest);
    if (word_of_time(t_) > newest) row_.set(group.newest, word_of_time(t_));
    if (group.totals.words > 0) add_cells(row_, group.totals_at, group.totals, roles, taken, applied_);
    for (const Decay& decay : group.decays) add_decay(row_, decay, t_, taken.amount);
    for (const Ring& ring : group.rings) add_to_ring(ring, roles, taken);
    for (const LastList& list : group.lists) add_to_list(list, std::max(t_, time_of_word(newest)), taken.value);
    if (group.more_values) ValueUpdate(layout_, row_, taken, applied_).add(group, std::max(t_, time_of_word(newest)));
  }

 private:
  void add_to_ring(const Ring& ring, uint8_t roles, const Taken& taken) {
    const Section& section = layout_.sections[ring.section];
    auto directory = Directory::of(row_.get(section.directory));
    uint32_t place = 0;
    if (directory.used > 0) {
      uint32_t last_at = directory.offset + (directory.used - 1) * section.stride;
      auto last = static_cast<int64_t>(row_.get(last_at));
      int64_t since = t_ - last * ring.pane;
      if (since >= 0 && since < ring.pane) {
        place = last_at;
      } else {
        int64_t pane = floor_div(t_, ring.pane);
        if (pane < last && ring.is_late(pane, last, applied_)) return;
        place = place_of_pane(ring, section, directory, pane, std::max(pane, last));
      }
    } else {
      int64_t pane = floor_div(t_, ring.pane);
      place = place_of_pane(ring, section, directory, pane, pane);
    }
    add_cells(row_, place + 1, ring.cells, roles, taken, applied_);
  }

  uint32_t place_of_pane(const Ring& ring, const Section& section, Directory directory, int64_t pane, int64_t newest) {
    uint32_t at = row_.lower_bound(section, directory, pane);
    uint32_t place = directory.offset + at * section.stride;
    if (at < directory.used && static_cast<int64_t>(row_.get(place)) == pane) return place;
    place = row_.insert_into(layout_, ring.section, directory, at,
                             [&] { return row_.lower_bound(section, directory, newest - ring.panes_max + 1); });
    row_.set(place, static_cast<uint64_t>(pane));
    return place;
  }

  void add_to_list(const LastList& list, int64_t newest, uint64_t value) {
    const Section& section = layout_.sections[list.section];
    auto directory = Directory::of(row_.get(section.directory));
    uint32_t at = row_.lower_bound(section, directory, t_ + 1);  // After its equals: it came later.
    if (t_ < newest && is_late(list, directory.used - at, newest)) return;
    uint32_t place = row_.insert_into(layout_, list.section, directory, at, [&] {
      return directory.used == list.size ? 1 : slid_out(list, section, directory, newest);
    });
    row_.set(place, static_cast<uint64_t>(t_));
    row_.set(place + 1, value);
  }

  static bool seen_by(const LastList::Use& use, int64_t t, int64_t newest) {
    return use.pane == 0 || floor_div(t, use.pane) > floor_div(newest, use.pane) - use.panes;
  }

  bool is_late(const LastList& list, uint32_t newer, int64_t newest) {
    uint32_t late = 0;
    for (const LastList::Use& use : list.uses) late += newer >= use.size || !seen_by(use, t_, newest) ? 1 : 0;
    applied_.late += late;
    return late == list.uses.size();
  }

  // How many of the oldest entries no window reaches any more; never those after t_.
  uint32_t slid_out(const LastList& list, const Section& section, const Directory& directory, int64_t newest) const {
    uint32_t gone = 0;
    for (; gone < directory.used; ++gone) {
      auto t = static_cast<int64_t>(row_.get(directory.offset + gone * section.stride));
      for (const LastList::Use& use : list.uses)
        if (seen_by(use, t, newest)) return gone;
    }
    return gone;
  }

  const ViewLayout& layout_;
  RowEditor& row_;
  int64_t t_;
  Applied& applied_;
};

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
    taken.t = micros(event.at);
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
