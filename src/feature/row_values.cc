#include "feature/row_values.h"

#include <algorithm>

namespace augury::feature {
namespace {

void keep_larger(const RowEditor& row, uint32_t at, uint64_t word) {
  if (word > row.get(at)) row.set(at, word);
}

void add_square(const RowEditor& row, uint32_t at, Units units, Applied& applied) {
  Units squares = plus_square(row.get_units(at), units);
  if (squares < 0) ++applied.overflowed;
  row.set_units(at, squares);
}

}  // namespace

void add_more_cells(const RowEditor& row, uint32_t at, const Cells& cells, const Taken& taken, Applied& applied) {
  uint64_t word = word_of_number(taken.amount);
  if (cells.highest >= 0) keep_larger(row, at + static_cast<uint32_t>(cells.highest), word);
  if (cells.lowest >= 0) keep_larger(row, at + static_cast<uint32_t>(cells.lowest), ~word);
  if (cells.earliest >= 0) keep_larger(row, at + static_cast<uint32_t>(cells.earliest), ~word_of_time(taken.t));
  if (cells.squares >= 0) add_square(row, at + static_cast<uint32_t>(cells.squares), taken.units, applied);
}

void ValueUpdate::add(const Group& group, int64_t newest) {
  for (const FirstList& list : group.firsts) add_to_first(list, newest);
  for (const TopTable& top : group.tops) add_to_top(top, newest);
}

bool ValueUpdate::is_late(const Panes& panes, int64_t newest) {
  int64_t pane = panes.pane_of(taken_.t);
  int64_t last = panes.pane_of(newest);
  return pane < last && panes.is_late(pane, last, applied_);
}

void ValueUpdate::add_to_first(const FirstList& list, int64_t newest) {
  const Section& section = layout_.sections[list.section];
  auto directory = Directory::of(row_.get(section.directory));
  int64_t pane = list.pane_of(taken_.t);
  if (is_late(list, newest)) return;
  bool windowed = list.pane != 0;
  uint32_t begin = windowed ? row_.lower_bound(section, directory, pane * list.pane) : 0;
  uint32_t end = windowed ? row_.lower_bound(section, directory, (pane + 1) * list.pane) : directory.used;
  uint32_t at = row_.lower_bound(section, directory, taken_.t + 1);  // After its equals: it came later.
  if (at - begin >= list.size) return;
  uint32_t place = directory.offset + at * section.stride;
  if (end - begin == list.size) {  // The last of its pane makes room.
    row_.move(place, place + section.stride, (end - 1 - at) * section.stride);
  } else {
    place = row_.insert_into(layout_, list.section, directory, at, [&] {
      int64_t oldest = list.pane_of(newest) - list.panes_max + 1;
      return windowed ? row_.lower_bound(section, directory, oldest * list.pane) : 0;
    });
  }
  row_.set(place, static_cast<uint64_t>(taken_.t));
  row_.set(place + 1, taken_.value);
}

void ValueUpdate::add_to_top(const TopTable& top, int64_t newest) {
  int64_t pane = top.pane_of(taken_.t);
  if (is_late(top, newest)) return;
  uint32_t count = place_of_value(top, pane, static_cast<uint32_t>(taken_.value), top.pane_of(newest)) + 2;
  row_.set(count, row_.get(count) + 1);
}

// The entry of a value in a pane, made if new: with count 0, or with that of the one which gave way.
uint32_t ValueUpdate::place_of_value(const TopTable& top, int64_t pane, uint32_t number, int64_t newest) {
  const Section& section = layout_.sections[top.section];
  auto directory = Directory::of(row_.get(section.directory));
  uint32_t begin = row_.lower_bound(section, directory, pane);
  uint32_t end = pane == newest ? directory.used : row_.lower_bound(section, directory, pane + 1);
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
    place = row_.insert_into(layout_, top.section, directory, at, [&] {
      return top.pane == 0 ? 0 : row_.lower_bound(section, directory, newest - top.panes_max + 1);
    });
  }
  row_.set(place, static_cast<uint64_t>(pane));
  row_.set(place + 1, (uint64_t{number} << 32) | error);
  return place;
}

// Takes the least counted of the entries [begin, end) out, of equal ones the largest number, and leaves its place
// before the one that was `at`, with its count. Returns that place.
uint32_t ValueUpdate::least_gives_way(const Section& section, const Directory& directory, uint32_t begin, uint32_t end,
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
