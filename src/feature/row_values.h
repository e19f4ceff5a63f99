// What an event changes in a row besides what almost every event does (apply.cc): extremes, squares, the first values
// of each pane, counts of values.
#pragma once

#include <cstdint>

#include "feature/layout.h"
#include "feature/moments.h"
#include "feature/row_editor.h"

namespace augury::feature {

// What a group takes from an event.
struct Taken {
  int64_t t = 0;  // The event's time.
  double amount = 1;
  Units units = 0;
  uint64_t value = 0;  // As lists keep it: the number of a name, or the bits of an amount.
};

// For Cells with `more`; `at` as for all cells.
void add_more_cells(const RowEditor& row, uint32_t at, const Cells& cells, const Taken& taken, Applied& applied);

// For Groups with `more_values`. Not thread-safe (the one writer). Borrows all it is given; the row is open.
class ValueUpdate {
 public:
  ValueUpdate(const ViewLayout& layout, RowEditor& row, const Taken& taken, Applied& applied)
      : layout_(layout), row_(row), taken_(taken), applied_(applied) {}

  // `newest`: of the group, this event included.
  void add(const Group& group, int64_t newest);

 private:
  void add_to_first(const FirstList& list, int64_t newest);
  void add_to_top(const TopTable& top, int64_t newest);
  bool is_late(const Panes& panes, int64_t newest);
  uint32_t place_of_value(const TopTable& top, int64_t pane, uint32_t number, int64_t newest);
  uint32_t least_gives_way(const Section& section, const Directory& directory, uint32_t begin, uint32_t end,
                           uint32_t at);

  const ViewLayout& layout_;
  RowEditor& row_;
  const Taken& taken_;
  Applied& applied_;
};

}  // namespace augury::feature
