// What one event changes in one view's row: clocks, totals, decayed values, panes, lists and counts of values.
//
// Everything is found by its place (layout.h); nothing is allocated but room in the row. What almost every event does
// is inline, because one event in one row is a few dozen nanoseconds; lists and counts of values are in the source
// file.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/math.h"
#include "feature/layout.h"
#include "feature/moments.h"
#include "feature/neighbours.h"
#include "feature/row_editor.h"

namespace augury::feature {

// What a group takes from an event.
struct Taken {
  double amount = 1;
  Units units = 0;
  uint64_t value = 0;  // As lists keep it: the number of a name, or the bits of an amount.
};

inline Units units_at(const RowEditor& row, uint32_t at) {
  return static_cast<Units>((static_cast<unsigned __int128>(row.get(at + 1)) << 64) | row.get(at));
}

inline void set_units(const RowEditor& row, uint32_t at, Units units) {
  row.set(at, static_cast<uint64_t>(units));
  row.set(at + 1, static_cast<uint64_t>(static_cast<unsigned __int128>(units) >> 64));
}

// Not thread-safe (the one writer). Borrows all it is given; the row is open when something is counted.
class RowUpdate {
 public:
  // `t`: the event's time.
  RowUpdate(const ViewLayout& layout, RowEditor& row, int64_t t, Applied& applied)
      : layout_(layout), row_(row), t_(t), applied_(applied) {}

  [[gnu::always_inline]] void count(const Group& group, uint8_t roles, const Taken& taken) {
    uint64_t newest = row_.get(group.newest);
    if (word_of_time(t_) > newest) row_.set(group.newest, word_of_time(t_));
    if (group.totals.words > 0) add_cells(group.totals_at, group.totals, roles, taken);
    for (const Decay& decay : group.decays) add_decay(decay, taken.amount);
    for (const Ring& ring : group.rings) add_to_ring(ring, roles, taken);
    for (const LastList& list : group.lists) add_to_last(list, std::max(t_, time_of_word(newest)), taken.value);
    if (group.more_values) [[unlikely]]
      add_to_more_values(group, std::max(t_, time_of_word(newest)), taken.value);
  }

 private:
  void add_one(uint32_t at) { row_.set(at, row_.get(at) + 1); }

  void add_cells(uint32_t at, const Cells& cells, uint8_t roles, const Taken& taken) {
    if (cells.count >= 0) add_one(at + static_cast<uint32_t>(cells.count));
    if (cells.over >= 0 && (roles & kOver) != 0) add_one(at + static_cast<uint32_t>(cells.over));
    if (cells.under >= 0 && (roles & kUnder) != 0) add_one(at + static_cast<uint32_t>(cells.under));
    if (cells.sum >= 0) add_units(at + static_cast<uint32_t>(cells.sum), taken.units);
    if (cells.more) [[unlikely]]
      add_more_cells(at, cells, taken);
  }

  void add_units(uint32_t at, Units units) {
    auto sum = units_at(row_, at);
    if (__builtin_add_overflow(sum, units, &sum)) return void(++applied_.overflowed);
    set_units(row_, at, sum);
  }

  void add_decay(const Decay& decay, double amount) {
    uint64_t kept = row_.get(decay.at + 1);
    int64_t landmark = kept == 0 ? 0 : time_of_word(kept);
    int64_t since = t_ - landmark * decay.half_life;
    if (kept == 0 || since < 0 || since >= decay.half_life) {
      landmark = floor_div(t_, decay.half_life);
      since = t_ - landmark * decay.half_life;
    }
    double weight = base::exp2(static_cast<double>(since) / static_cast<double>(decay.half_life));
    add_decayed(row_, decay.at + 1, decay.at, landmark, amount * weight);
  }

  [[gnu::always_inline]] void add_to_ring(const Ring& ring, uint8_t roles, const Taken& taken) {
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
    add_cells(place + 1, ring.cells, roles, taken);
  }

  // Counts the features that can no longer see the pane; true if that is all of them.
  bool is_late(const Panes& panes, int64_t pane, int64_t newest) {
    if (panes.pane == 0 || pane >= newest) return false;
    for (const Panes::Use& use : panes.uses)
      if (pane <= newest - use.panes) applied_.late += use.features;
    return pane <= newest - panes.panes_max;
  }

  // The first entry at or after `key` (a pane, or a time for lists).
  uint32_t lower_bound(const Section& section, const Directory& directory, int64_t key) const {
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

  // A gap before entry `at` of a section, whose first `gone()` entries may go if it is full.
  template <typename Gone>
  uint32_t insert(uint32_t section, Directory directory, uint32_t at, Gone gone) {
    const Section& into = layout_.sections[section];
    if (directory.used == directory.capacity) {
      uint32_t entries = gone();
      directory = row_.drop_oldest(into, directory, entries);
      at -= entries;
    }
    if (directory.used == directory.capacity) directory = row_.widen(layout_, section);
    return row_.insert(into, directory, at);
  }

  uint32_t place_of_pane(const Ring& ring, const Section& section, Directory directory, int64_t pane, int64_t newest) {
    uint32_t at = lower_bound(section, directory, pane);
    uint32_t place = directory.offset + at * section.stride;
    if (at < directory.used && static_cast<int64_t>(row_.get(place)) == pane) return place;
    place = insert(ring.section, directory, at,
                   [&] { return lower_bound(section, directory, newest - ring.panes_max + 1); });
    row_.set(place, static_cast<uint64_t>(pane));
    return place;
  }

  void add_to_last(const LastList& list, int64_t newest, uint64_t value) {
    const Section& section = layout_.sections[list.section];
    auto directory = Directory::of(row_.get(section.directory));
    uint32_t at = lower_bound(section, directory, t_ + 1);  // After its equals: it came later.
    if (t_ < newest && is_late(list, directory.used - at, newest)) return;
    uint32_t place = insert(list.section, directory, at, [&] {
      return directory.used == list.size ? 1 : slid_out(list, section, directory, newest);
    });
    row_.set(place, static_cast<uint64_t>(t_));
    row_.set(place + 1, value);
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

  static bool seen_by(const LastList::Use& use, int64_t t, int64_t newest) {
    return use.pane == 0 || floor_div(t, use.pane) > floor_div(newest, use.pane) - use.panes;
  }

  void keep_larger(uint32_t at, uint64_t word);
  void add_square(uint32_t at, Units units);
  void add_more_cells(uint32_t at, const Cells& cells, const Taken& taken);

  void add_to_more_values(const Group& group, int64_t newest, uint64_t value);
  void add_to_first(const FirstList& list, int64_t newest, uint64_t value);
  void add_to_top(const TopTable& top, int64_t newest, uint32_t number);
  uint32_t place_of_value(const TopTable& top, int64_t pane, uint32_t number, int64_t newest);
  uint32_t least_gives_way(const Section& section, const Directory& directory, uint32_t begin, uint32_t end,
                           uint32_t at);

  const ViewLayout& layout_;
  RowEditor& row_;
  int64_t t_;
  Applied& applied_;
};

}  // namespace augury::feature
