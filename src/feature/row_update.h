// What one event changes in one view's row: clocks, totals, decayed values, panes, lists and counts of values.
//
// Everything is found by its place (layout.h); nothing is allocated but room in the row.
#pragma once

#include <cstdint>

#include "feature/layout.h"
#include "feature/moments.h"
#include "feature/row_editor.h"

namespace augury::feature {

// What a group takes from an event.
struct Taken {
  double amount = 1;
  Units units = 0;
  uint64_t value = 0;  // As lists keep it: the number of a name, or the bits of an amount.
};

// Not thread-safe (the one writer). Borrows all it is given; the row is open when something is counted.
class RowUpdate {
 public:
  // `t`: the event's time.
  RowUpdate(const ViewLayout& layout, RowEditor& row, int64_t t, Applied& applied)
      : layout_(layout), row_(row), t_(t), applied_(applied) {}

  void count(const Group& group, uint8_t roles, const Taken& taken);

 private:
  void add_to_ring(const Ring& ring, uint8_t roles, const Taken& taken);
  void add_to_values(const Group& group, int64_t newest, uint64_t value);
  void add_to_last(const LastList& list, int64_t newest, uint64_t value);
  void add_to_first(const FirstList& list, int64_t newest, uint64_t value);
  void add_to_top(const TopTable& top, int64_t newest, uint32_t number);

  bool is_late(const Panes& panes, int64_t pane, int64_t newest);
  bool is_late(const LastList& list, uint32_t newer, int64_t newest);
  uint32_t slid_out(const LastList& list, const Section& section, const Directory& directory, int64_t newest) const;
  uint32_t lower_bound(const Section& section, const Directory& directory, int64_t key) const;
  uint32_t place_of_pane(const Ring& ring, const Section& section, Directory directory, int64_t pane, int64_t newest);
  uint32_t place_of_value(const TopTable& top, int64_t pane, uint32_t number, int64_t newest);
  uint32_t least_gives_way(const Section& section, const Directory& directory, uint32_t begin, uint32_t end,
                           uint32_t at);
  // A gap before entry `at` of a section, whose first `gone()` entries may go if it is full.
  template <typename Gone>
  uint32_t insert(uint32_t section, Directory directory, uint32_t at, Gone gone);

  const ViewLayout& layout_;
  RowEditor& row_;
  int64_t t_;
  Applied& applied_;
};

}  // namespace augury::feature
