// Item-to-item, learned from the stream: which items follow each other in the histories of users.
//
// Three views per feature. By user, the history: the last K + 1 distinct items, so that K others are left whichever
// comes next. By item, the neighbours: C[a, j], at most `neighbours`, the lightest out. By item, the count N[j], in
// rows of their own so that scoring a neighbour reads four words and not its neighbours.
//
// Neighbours lie as a binary heap with the lightest at the root: weights only grow between landmarks, so an update
// sinks an entry and the next to go is always known. All decay alike, which keeps the order.
//
// Immutable after construction.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <vector>

#include "augury/time.h"
#include "definition/datum.h"
#include "feature/event.h"
#include "feature/plan.h"
#include "feature/row.h"

namespace augury::feature {

class Together {
 public:
  struct Views {
    uint32_t neighbours = 0;
    uint32_t count = 0;
    uint32_t history = 0;
  };

  Together(const definition::Aggregation& what, const Views& views, int condition);

  const Views& views() const { return views_; }
  int condition() const { return condition_; }

  void prefetch(const Event& event, RowSource& rows) const;
  // The event has a user and an item.
  void apply(const Event& event, RowSource& rows) const;

  // The k highest: score descending, item number ascending.
  definition::Datum value(uint64_t anchor, std::span<const uint64_t> row, Timestamp now, const RowReader& rows,
                          const NameSource& names, std::pmr::memory_resource& arena) const;
  double score(uint32_t anchor, uint32_t of, Timestamp now, const RowReader& rows,
               std::pmr::memory_resource& arena) const;

  // Score of j for an anchor = C[anchor, j] as stored * factor / denominator(j, clock).
  struct Anchor {
    int64_t clock;
    double factor;  // From stored C to C at the clock, over N + 10.
  };
  // `row`: the anchor's neighbours, not empty.
  Anchor anchor_at(uint64_t key, std::span<const uint64_t> row, Timestamp now, const RowReader& rows,
                   std::pmr::memory_resource& arena) const;
  double denominator(uint32_t of, int64_t clock, const RowReader& rows, std::pmr::memory_resource& arena) const;
  double least_denominator() const { return root_of(0); }

  // The user's last distinct items, the most recent first.
  struct Remembered {
    uint32_t item;
    int64_t at;  // Microseconds.
  };
  std::pmr::vector<Remembered> history(uint32_t user, const RowReader& rows, std::pmr::memory_resource& arena) const;

  uint64_t neighbour_words_max() const;
  uint64_t history_words_max() const;

 private:
  struct Weight;
  struct Meeting {
    uint32_t item;
    double weight;  // At the event's landmark.
  };
  // Moves the item to the front of the user's history; says whom it met there, the most recent first.
  void remember(const Event& event, const Weight& one, RowSource& rows, std::pmr::vector<Meeting>& meetings) const;
  void count(const Event& event, const Weight& one, RowSource& rows) const;
  double clock_decay(std::span<const uint64_t> row, int64_t clock) const;
  double root_of(double n) const;  // (n + 10)^norm.

  Views views_;
  int condition_;
  uint32_t neighbours_max_;
  uint32_t size_;     // k.
  uint32_t history_;  // K.
  int64_t half_life_;
  int64_t pair_half_life_;  // 0: none.
  double backward_;
  double norm_;
  std::vector<double> by_rank_;  // decay^r.
};

}  // namespace augury::feature
