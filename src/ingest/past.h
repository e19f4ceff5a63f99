// Looking back: an answer by its id, and the state as it was at a position. Reads only; the live state is not touched.
//
// Sequences grow with time, and a prediction id carries the moment it was made: a few blocks are looked at to find that
// moment in the journal, then its neighbourhood is read. No index is kept.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "augury/result.h"
#include "base/clock.h"
#include "definition/app.h"
#include "feature/plan.h"
#include "journal/journal.h"
#include "store/store.h"

namespace augury::ingest {

struct RememberedAnswer {
  journal::ExposureRecord record;
  uint64_t sequence = 0;
};

// When work has to be given up.
struct TimeLimit {
  const base::MonotonicClock& clock;
  base::MonotonicTime until;
  std::stop_token stop{};
  bool is_over() const { return stop.stop_requested() || clock.now() >= until; }
};

// The moment inside an id, to the millisecond.
Timestamp moment_of(const journal::PredictionId& id);

// NotFound: no such answer near that moment. Deadline: the limit came first.
// An answer's record may lie a little apart from its moment: up to kSearchBefore ahead (the clock was set back), up to
// kSearchAfter behind (it waited to be journaled).
inline constexpr Duration kSearchBefore = std::chrono::seconds{60};
inline constexpr Duration kSearchAfter = std::chrono::seconds{120};
Result<RememberedAnswer> find_answer(const journal::Journal& journal, const journal::PredictionId& id,
                                     const TimeLimit& limit);

// The description that went live at `sequence`. NotFound.
Result<std::string> find_publication(const journal::Journal& journal, uint64_t sequence);

// Fills an empty `store`, made for `app` and `plan`, with what there was when `position` had been applied: names, rows,
// catalogue, marks, and the lists as they would be published at `lists_at`. Returns how many records were replayed.
// Deadline: the limit came first. Unavailable: the journal does not reach back to its beginning.
Result<uint64_t> rebuild_at(const journal::Journal& journal, const definition::App& app, const feature::Plan& plan,
                            const store::Dictionary& names, uint64_t position, Timestamp lists_at,
                            const TimeLimit& limit, store::Store& store);

}  // namespace augury::ingest
