#include "feature/row_update.h"

#include <algorithm>

#include "base/math.h"
#include "feature/neighbours.h"

namespace augury::feature {
namespace {

void add_one(const RowEditor& row, uint32_t at) { row.set(at, row.get(at) + 1); }
void keep_larger(const RowEditor& row, uint32_t at, uint64_t word) {
  if (word > row.get(at)) row.set(at, word);
}

Units units_at(const RowEditor& row, uint32_t at) {
  return static_cast<Units>((static_cast<unsigned __int128>(row.get(at + 1)) << 64) | row.get(at));
}

void set_units(const RowEditor& row, uint32_t at, Units units) {
  row.set(at, static_cast<uint64_t>(units));
  row.set(at + 1, static_cast<uint64_t>(static_cast<unsigned __int128>(units) >> 64));
}

void add_units(const RowEditor& row, uint32_t at, Units units, Applied& applied) {
  auto sum = units_at(row, at);
  if (__builtin_add_overflow(sum, units, &sum)) return void(++applied.overflowed);
  set_units(row, at, sum);
}

void add_square(const RowEditor& row, uint32_t at, Units units, Applied& applied) {
  Units squares = plus_square(units_at(row, at), units);
  if (squares < 0) ++applied.overflowed;
  set_units(row, at, squares);
}

void add_more_cells(const RowEditor& row, uint32_t at, const Cells& cells, int64_t t, const Taken& taken,
                    Applied& applied) {
  uint64_t word = word_of_number(taken.amount);
  if (cells.highest >= 0) keep_larger(row, at + static_cast<uint32_t>(cells.highest), word);
  if (cells.lowest >= 0) keep_larger(row, at + static_cast<uint32_t>(cells.lowest), ~word);
  if (cells.earliest >= 0) keep_larger(row, at + static_cast<uint32_t>(cells.earliest), ~word_of_time(t));
  if (cells.squares >= 0) add_square(row, at + static_cast<uint32_t>(cells.squares), taken.units, applied);
}

void add_cells(const RowEditor& row, uint32_t at, const Cells& cells, uint8_t roles, int64_t t, const Taken& taken,
               Applied& applied) {
  if (cells.count >= 0) add_one(row, at + static_cast<uint32_t>(cells.count));
  if (cells.over >= 0 && (roles & kOver) != 0) add_one(row, at + static_cast<uint32_t>(cells.over));
  if (cells.under >= 0 && (roles & kUnder) != 0) add_one(row, at + static_cast<uint32_t>(cells.under));
  if (cells.sum >= 0) add_units(row, at + static_cast<uint32_t>(cells.sum), taken.units, applied);
  if (cells.more) add_more_cells(row, at, cells, t, taken, applied);
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

bool seen_by(const LastList::Use& use, int64_t t, int64_t newest) {
  return use.pane == 0 || floor_div(t, use.pane) > floor_div(newest, use.pane) - use.panes;
}

}  // namespace

void RowUpdate::count(const Group& group, uint8_t roles, const Taken& taken) {
  uint64_t newest = row_.get(group.newest);
  if (word_of_time(t_) > newest) row_.set(group.newest, word_of_time(t_));
  if (group.totals.words > 0) add_cells(row_, group.totals_at, group.totals, roles, t_, taken, applied_);
  for (const Decay& decay : group.decays) add_decay(row_, decay, t_, taken.amount);
  for (const Ring& ring : group.rings) add_to_ring(ring, roles, taken);
  if (group.keeps_values) add_to_values(group, std::max(t_, time_of_word(newest)), taken.value);
}

void RowUpdate::add_to_ring(const Ring& ring, uint8_t roles, const Taken& taken) {
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
      if (is_late(ring, pane, last)) return;
      place = place_of_pane(ring, section, directory, pane, std::max(pane, last));
    }
  } else {
    int64_t pane = floor_div(t_, ring.pane);
    place = place_of_pane(ring, section, directory, pane, pane);
  }
  add_cells(row_, place + 1, ring.cells, roles, t_, taken, applied_);
}

void RowUpdate::add_to_values(const Group& group, int64_t newest, uint64_t value) {
  for (const LastList& list : group.lists) add_to_last(list, newest, value);
  for (const FirstList& list : group.firsts) add_to_first(list, newest, value);
  for (const TopTable& top : group.tops) add_to_top(top, newest, static_cast<uint32_t>(value));
}

// Counts the features that can no longer see the pane; true if that is all of them.
bool RowUpdate::is_late(const Panes& panes, int64_t pane, int64_t newest) {
  if (panes.pane == 0 || pane >= newest) return false;
  for (const Panes::Use& use : panes.uses)
    if (pane <= newest - use.panes) applied_.late += use.features;
  return pane <= newest - panes.panes_max;
}

// The first entry at or after `key` (a pane, or a time for lists).
uint32_t RowUpdate::lower_bound(const Section& section, const Directory& directory, int64_t key) const {
  uint32_t begin = 0;
  uint32_t end = directory.used;
  if (end > 0 && static_cast<int64_t>(row_.get(directory.offset + (end - 1) * section.stride)) < key) return end;
  while (begin < end) {
    uint32_t middle = (begin + end) / 2;
    if (static_cast<int64_t>(row_.get(directory.offset + middle * section.stride)) < key) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

template <typename Gone>
uint32_t RowUpdate::insert(uint32_t section, Directory directory, uint32_t at, Gone gone) {
  const Section& into = layout_.sections[section];
  if (directory.used == directory.capacity) {
    uint32_t entries = gone();
    directory = row_.drop_oldest(into, directory, entries);
    at -= entries;
  }
  if (directory.used == directory.capacity) directory = row_.widen(layout_, section);
  return row_.insert(into, directory, at);
}

uint32_t RowUpdate::place_of_pane(const Ring& ring, const Section& section, Directory directory, int64_t pane,
                                  int64_t newest) {
  uint32_t at = lower_bound(section, directory, pane);
  uint32_t place = directory.offset + at * section.stride;
  if (at < directory.used && static_cast<int64_t>(row_.get(place)) == pane) return place;
  place =
      insert(ring.section, directory, at, [&] { return lower_bound(section, directory, newest - ring.panes_max + 1); });
  row_.set(place, static_cast<uint64_t>(pane));
  return place;
}

void RowUpdate::add_to_last(const LastList& list, int64_t newest, uint64_t value) {
  const Section& section = layout_.sections[list.section];
  auto directory = Directory::of(row_.get(section.directory));
  uint32_t at = lower_bound(section, directory, t_ + 1);  // After its equals: it came later.
  if (t_ < newest && is_late(list, directory.used - at, newest)) return;
  uint32_t place = insert(list.section, directory, at,
                          [&] { return directory.used == list.size ? 1 : slid_out(list, section, directory, newest); });
  row_.set(place, static_cast<uint64_t>(t_));
  row_.set(place + 1, value);
}

bool RowUpdate::is_late(const LastList& list, uint32_t newer, int64_t newest) {
  uint32_t late = 0;
  for (const LastList::Use& use : list.uses) late += newer >= use.size || !seen_by(use, t_, newest) ? 1 : 0;
  applied_.late += late;
  return late == list.uses.size();
}

// How many of the oldest entries no window reaches any more; never those after t_.
uint32_t RowUpdate::slid_out(const LastList& list, const Section& section, const Directory& directory,
                             int64_t newest) const {
  uint32_t gone = 0;
  for (; gone < directory.used; ++gone) {
    auto t = static_cast<int64_t>(row_.get(directory.offset + gone * section.stride));
    for (const LastList::Use& use : list.uses)
      if (seen_by(use, t, newest)) return gone;
  }
  return gone;
}

void RowUpdate::add_to_first(const FirstList& list, int64_t newest, uint64_t value) {
  const Section& section = layout_.sections[list.section];
  auto directory = Directory::of(row_.get(section.directory));
  int64_t pane = list.pane_of(t_);
  if (is_late(list, pane, list.pane_of(newest))) return;
  bool windowed = list.pane != 0;
  uint32_t begin = windowed ? lower_bound(section, directory, pane * list.pane) : 0;
  uint32_t end = windowed ? lower_bound(section, directory, (pane + 1) * list.pane) : directory.used;
  uint32_t at = lower_bound(section, directory, t_ + 1);  // After its equals: it came later.
  if (at - begin >= list.size) return;
  uint32_t place = directory.offset + at * section.stride;
  if (end - begin == list.size) {  // The last of its pane makes room.
    row_.move(place, place + section.stride, (end - 1 - at) * section.stride);
  } else {
    place = insert(list.section, directory, at, [&] {
      int64_t oldest = list.pane_of(newest) - list.panes_max + 1;
      return windowed ? lower_bound(section, directory, oldest * list.pane) : 0;
    });
  }
  row_.set(place, static_cast<uint64_t>(t_));
  row_.set(place + 1, value);
}

void RowUpdate::add_to_top(const TopTable& top, int64_t newest, uint32_t number) {
  int64_t pane = top.pane_of(t_);
  if (is_late(top, pane, top.pane_of(newest))) return;
  add_one(row_, place_of_value(top, pane, number, top.pane_of(newest)) + 2);
}

// The entry of a value in a pane, made if new: with count 0, or with that of the one which gave way.
uint32_t RowUpdate::place_of_value(const TopTable& top, int64_t pane, uint32_t number, int64_t newest) {
  const Section& section = layout_.sections[top.section];
  auto directory = Directory::of(row_.get(section.directory));
  uint32_t begin = lower_bound(section, directory, pane);
  uint32_t end = pane == newest ? directory.used : lower_bound(section, directory, pane + 1);
  uint32_t at = begin;
  for (uint32_t behind = end; at < behind;) {
    uint32_t middle = (at + behind) / 2;
    if (static_cast<uint32_t>(row_.get(directory.offset + middle * section.stride + 1) >> 32) < number) {
      at = middle + 1;
    } else {
      behind = middle;
    }
  }
  uint32_t place = directory.offset + at * section.stride;
  if (at < end && static_cast<uint32_t>(row_.get(place + 1) >> 32) == number) return place;
  uint64_t error = 0;
  if (end - begin == layout_.top_values_max) {
    place = least_gives_way(section, directory, begin, end, at);
    error = std::min<uint64_t>(row_.get(place + 2), UINT32_MAX);
  } else {
    place = insert(top.section, directory, at,
                   [&] { return top.pane == 0 ? 0 : lower_bound(section, directory, newest - top.panes_max + 1); });
  }
  row_.set(place, static_cast<uint64_t>(pane));
  row_.set(place + 1, (uint64_t{number} << 32) | error);
  return place;
}

// Takes the least counted of the entries [begin, end) out, of equal ones the largest number, and leaves its place
// before the one that was `at`, with its count. Returns that place.
uint32_t RowUpdate::least_gives_way(const Section& section, const Directory& directory, uint32_t begin, uint32_t end,
                                    uint32_t at) {
  auto place_of = [&](uint32_t entry) { return directory.offset + entry * section.stride; };
  uint32_t least = begin;
  for (uint32_t i = begin + 1; i < end; ++i)
    if (row_.get(place_of(i) + 2) <= row_.get(place_of(least) + 2)) least = i;
  uint64_t count = row_.get(place_of(least) + 2);
  if (least < at) {
    --at;
    row_.move(place_of(least + 1), place_of(least), (at - least) * section.stride);
  } else {
    row_.move(place_of(at), place_of(at + 1), (least - at) * section.stride);
  }
  row_.set(place_of(at) + 2, count);
  return place_of(at);
}

}  // namespace augury::feature
