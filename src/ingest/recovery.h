// Brings the state back: the newest checkpoint, then the journal behind it.
//
// A view the checkpoint does not know (it is new in the app file, or changed) is built by replaying the whole journal
// aside: with rows and a catalogue of its own for everything else, so that what the checkpoint gave stays untouched.
#pragma once

#include "base/clock.h"
#include "definition/app.h"
#include "feature/plan.h"
#include "ingest/checkpoint.h"
#include "ingest/dedup.h"
#include "ingest/lists.h"
#include "io/database.h"
#include "journal/journal.h"
#include "store/store.h"

namespace augury::ingest {

struct Recovered {
  uint64_t checkpointed = 0;  // Position of the checkpoint; 0 = none.
  uint64_t replayed = 0;      // Records behind it.
  uint64_t rebuilt = 0;       // Records replayed for new views.
  CatalogBytes catalog;       // Changed since the checkpoint.
};

Result<Recovered> recover(io::Database& database, const journal::Journal& journal, const definition::App& app,
                          const feature::Plan& plan, store::Store& store, Dedup& dedup, Lists& lists);

}  // namespace augury::ingest
