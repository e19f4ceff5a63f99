// The features of an app, compiled: how an event changes rows, and what a row is worth at a moment.
//
// Features with the same key share a view; a view has one row per key. Names become places once, here. The same plan
// serves live traffic, replay and batch, so a value depends only on the definition, the events so far and `now`.
//
// Expressions over features are not kept in rows: `pipeline` evaluates them from the values this gives.
//
// Immutable after construction.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"
#include "augury/time.h"
#include "definition/app.h"
#include "definition/datum.h"
#include "feature/event.h"
#include "feature/pull_field.h"
#include "feature/row.h"

namespace augury::feature {

// Whose rows a view holds. A key is one number, or two in one word: (first << 32) | second; `everyone` is 0.
struct View {
  std::string name;  // "user", "item.category", "user,item", "together also_clicked history"
  std::vector<definition::KeyPart> by;
  uint64_t fingerprint = 0;   // Of everything that shapes a row: equal fingerprints, readable rows.
  std::vector<int> features;  // Of App::features; empty for inner views of together.
};

// Whose key is asked for: what the parts of a view's key are taken from.
struct KeySource {
  uint32_t user = 0;
  uint32_t item = 0;
  uint32_t session = 0;
  std::span<const definition::Datum> item_attributes;
};

// Absent where a part has none: no such id, an attribute that is missing or has no number. A Boolean attribute is 1 for
// false, 2 for true.
std::optional<uint64_t> key_of(std::span<const definition::KeyPart> by, const KeySource& from);

struct PlanOptions {
  // Counted exactly per pane by each top feature; beyond that the least counted give way.
  int top_values_max = 1000;
};

// What an applied event met. Counted, reported in status.
struct Applied {
  uint32_t late = 0;        // Features for which it was older than anything a read can see.
  uint32_t keyless = 0;     // Features it could not reach for want of a key (guest, unknown attribute).
  uint32_t overflowed = 0;  // Sums and sums of squares that it would have carried beyond 127 bits.
};

// Strings behind numbers, for list features.
class NameSource {
 public:
  virtual ~NameSource() = default;
  virtual std::string_view name(definition::NameKind kind, uint32_t number) const = 0;
};

class Plan {
 public:
  // Cannot fail on an App that definition accepted, except by size: Exhausted (more than 4,096 features, a row of more
  // than 128 MB). Keeps nothing of `app`.
  static Result<std::shared_ptr<const Plan>> compile(const definition::App& app, const PlanOptions& options = {});
  ~Plan();

  std::span<const View> views() const;
  // The view that keeps `feature` (of App::features), -1 for what is computed when asked.
  int view_of(int feature) const;

  // Does an event of this type change any row, or need attributes to do so?
  bool reads(int event_type) const;
  bool needs_item_attributes(int event_type) const;
  bool needs_user_attributes(int event_type) const;
  bool needs_item_id(int event_type) const;

  // Hints which rows apply() will open, so that a batch can be prefetched ahead.
  void prefetch(const Event& event, RowSource& rows) const;
  // Counts one event. Events come in journal order, once each, from one thread.
  Applied apply(const Event& event, RowSource& rows) const;

  // The sequence of the newest event that changed a row.
  static uint64_t sequence(std::span<const uint64_t> row) { return row.empty() ? 0 : row[0]; }

  // The value of a feature kept in rows, read from `row` (its view's row of `key`; empty = no events yet) at
  // max(now, newest event counted). Lists are allocated from `arena`, strongest or newest first (first: oldest).
  definition::Datum value(int feature, uint64_t key, std::span<const uint64_t> row, Timestamp now,
                          const RowReader& rows, const NameSource& names, std::pmr::memory_resource& arena) const;
  // The same for Number and Time features (seconds), without the detour: NaN where missing.
  double number(int feature, std::span<const uint64_t> row, Timestamp now) const;

  // Together: the score of item `of` for anchor item `anchor` (0 if unseen together), both by number.
  double together_score(int feature, uint32_t anchor, uint32_t of, Timestamp now, const RowReader& rows,
                        std::pmr::memory_resource& arena) const;

  // The values of a pull(...) feature for that user (by number; 0: no events yet), for all items at once.
  PullField pull(int feature, uint32_t user, Timestamp now, const RowReader& rows,
                 std::pmr::memory_resource& arena) const;
  // What a together feature says of all items, for anchors of the caller's choice, and whose word counts most.
  PullField pull(int together, std::span<const PullField::Anchor> anchors, Timestamp now, const RowReader& rows,
                 std::pmr::memory_resource& arena) const;

  // A key for lists ordered by this decayed feature that does not change between events: log2 of the value at 1970.
  // Only for decayed_count / decayed_sum with a positive value; -inf for none.
  double order_key(int feature, std::span<const uint64_t> row) const;
  // The last moment at which the value is surely what it is at `now`, if no event comes: windows change when their
  // oldest pane in use slides out, decaying values and time_since at once (`now`), the others never (Timestamp::max()).
  Timestamp changes_after(int feature, std::span<const uint64_t> row, Timestamp now) const;

  // Approximate bytes a key of this view takes with every ring full, for `augury check`.
  uint64_t bytes_per_key_max(int view) const;

  struct Compiled;  // compiled.h; of no use elsewhere.

 private:
  explicit Plan(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace augury::feature
