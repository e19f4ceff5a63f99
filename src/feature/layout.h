// What the words of a view's rows mean. docs/formats/rows.md draws it.
//
//   [0] sequence of the newest event that changed the row
//   per clock group: newest counted time, totals, decayed values       fixed places
//   per section: a directory word                                      fixed places
//   sections, in the order of their directory words: rings of panes, lists of values, counts of values
//
// A clock group is what always counts the same events: equal event types, equal `where`, equal operand. Its features
// share one newest time; those with equal pane width share one ring.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "augury/result.h"
#include "definition/app.h"
#include "feature/moments.h"
#include "feature/plan.h"

namespace augury::feature {

constexpr int kRowFormat = 1;

// Which of an event's roles a group counts.
enum Role : uint8_t { kCounts = 1, kOver = 2, kUnder = 4 };

// Accumulators side by side: places relative to where they begin, -1 = not kept. `sum` and `squares` take two words.
struct Cells {
  int8_t count = -1;
  int8_t sum = -1;
  int8_t over = -1;   // a of rate(a / b).
  int8_t under = -1;  // b.
  uint8_t words = 0;
  bool more = false;  // Is any of those below kept? Most have none: one question instead of four.
  int8_t highest = -1;
  int8_t lowest = -1;
  int8_t earliest = -1;
  int8_t squares = -1;
};

// A part of the row that grows. Entries lie from the oldest to the newest.
struct Section {
  uint32_t directory = 0;     // Its word in the fixed part.
  uint32_t stride = 0;        // Words of an entry.
  uint32_t capacity_max = 0;  // Entries.
};

// offset:24 used:20 capacity:20. Zero: never touched.
struct Directory {
  static constexpr uint32_t kOffsetMax = (1u << 24) - 1;
  static constexpr uint32_t kEntriesMax = (1u << 20) - 1;
  uint32_t offset = 0;
  uint32_t used = 0;
  uint32_t capacity = 0;

  static constexpr Directory of(uint64_t word) {
    return {static_cast<uint32_t>(word >> 40), static_cast<uint32_t>(word >> 20) & kEntriesMax,
            static_cast<uint32_t>(word) & kEntriesMax};
  }
  constexpr uint64_t word() const { return (uint64_t{offset} << 40) | (uint64_t{used} << 20) | capacity; }
};

struct Decay {
  int64_t half_life = 0;
  uint32_t at = 0;  // Two words: the value at the landmark, the landmark in whole half-lives.
};

// Panes of one width, and who looks at how many.
struct Panes {
  struct Use {
    int64_t panes = 0;
    uint32_t features = 0;
  };
  int64_t pane = 0;       // Width; 0: no window, everything is kept.
  int64_t panes_max = 0;  // Of the widest window: a pane p <= newest - panes_max is seen by no read.
  uint32_t section = 0;   // Of ViewLayout::sections.
  std::vector<Use> uses;

  int64_t pane_of(int64_t t) const { return pane == 0 ? 0 : floor_div(t, pane); }
  // Of a pane before the newest: counts the features that can no longer see it; true if that is all of them.
  bool is_late(int64_t before, int64_t newest, Applied& applied) const {
    for (const Use& use : uses)
      if (before <= newest - use.panes) applied.late += use.features;
    return before <= newest - panes_max;
  }
};

// Entries: [pane number, cells]. Sorted by pane number, newest last.
struct Ring : Panes {
  Cells cells;
};

// Entries: [time, value], sorted as those of a LastList: the `size` first of each pane.
struct FirstList : Panes {
  uint32_t size = 0;
};

// Entries: [pane number, number of the value:32 error:32, count], sorted by the first two words. A pane holds at most
// ViewLayout::top_values_max; when one more comes, the least counted gives way (Space-Saving): the newcomer inherits
// its count and notes it as the most by which its own may be too high.
struct TopTable : Panes {};

// Entries: [time, value], sorted by time, equal times in journal order, newest last.
struct LastList {
  struct Use {
    uint32_t size = 0;
    int64_t pane = 0;  // 0: no window.
    int64_t panes = 0;
    auto operator<=>(const Use&) const = default;
  };
  uint32_t size = 0;
  uint32_t section = 0;
  std::vector<Use> uses;
};

// How the operand of an event becomes what a group adds.
enum class Taking : uint8_t { Nothing, Amount, Name };

// What every event needs stands first, and close together.
struct Group {
  int condition = -1;  // Of Compiled::conditions.
  Taking taking = Taking::Nothing;
  bool more_values = false;  // Any firsts or tops.
  Cells totals;
  uint32_t newest = 0;  // Word.
  uint32_t totals_at = 0;
  uint32_t features = 0;
  std::vector<Ring> rings;
  std::vector<Decay> decays;
  std::vector<LastList> lists;  // None or one.
  definition::Operand operand;
  std::vector<FirstList> firsts;
  std::vector<TopTable> tops;
  std::string text;                                 // Canonical: what it counts.
  const definition::Aggregation* sample = nullptr;  // Any of its features; only while compiling.
};

struct ViewLayout {
  uint32_t fixed = 0;  // Words.
  std::vector<Group> groups;
  std::vector<Section> sections;
  uint32_t top_values_max = 0;

  uint64_t words_max() const;
};

// What all the words of a feature's group are for, found once.
struct FeaturePlace {
  definition::Function function = definition::Function::Count;
  int view = -1;
  int together = -1;  // Of Compiled::together.
  int pull = -1;      // Of Compiled::pulls.
  uint32_t newest = 0;
  uint32_t at = 0;         // Totals or decayed value in the fixed part.
  uint32_t directory = 0;  // Of the ring or list.
  uint32_t stride = 0;
  Cells cells;
  int64_t pane = 0;  // 0: no window.
  int64_t panes = 0;
  int64_t half_life = 0;
  uint32_t size = 0;
  bool has_prior = false;
  double prior = 0;
  double prior_weight = 0;
  definition::Operand operand;
};

// Canonical text of what an aggregation counts, names instead of numbers.
std::string group_text(const definition::App& app, const definition::Aggregation& what);
std::string view_name(const definition::App& app, const std::vector<definition::KeyPart>& by);
Taking taking_of(const definition::Aggregation& what);

// Adds what `what` needs to the group of its kind, making it if new.
void claim(ViewLayout& layout, const definition::App& app, const definition::Aggregation& what);
// Gives every word its place. Exhausted: a row that full windows would make too large.
Result<void> settle(ViewLayout& layout, const std::string& view);
// Where a claimed and settled feature is found.
FeaturePlace place_of(const ViewLayout& layout, const definition::App& app, const definition::Aggregation& what);
// Everything that shapes a row, as text.
std::string shape_text(const ViewLayout& layout);

}  // namespace augury::feature
