// Why an answer was given: what the journal remembers of it, and the rest computed again from the rows it saw.
//
// Nothing is claimed that is not so: `values_as_of` says of which moment the computed part is, and `doubts` why it may
// not be what the answer saw. Exact means that every score came out the same to the bit.
#pragma once

#include <memory>
#include <string>

#include "augury/explanation.h"
#include "base/clock.h"
#include "definition/app.h"
#include "feature/plan.h"
#include "ingest/ingest.h"
#include "pipeline/snapshot.h"
#include "store/store.h"

namespace augury::engine {

struct ExplainerParts {
  const definition::App& stored;  // What rows and catalogue are laid out by.
  const feature::Plan& stored_plan;
  const store::Store& store;
  ingest::Ingest& ingest;
  std::shared_ptr<const pipeline::Snapshot> snapshot;  // Live.
  std::string description;                             // Of what is live.
};

// Invalid: no prediction id. NotFound: the journal has no such answer.
Result<Explanation> explain(const ExplainerParts& parts, std::string_view prediction_id,
                            const ingest::TimeLimit& limit);

}  // namespace augury::engine
