// What the journal remembers of an answer, with names where it keeps numbers.
#pragma once

#include "augury/explanation.h"
#include "ingest/past.h"
#include "store/store.h"

namespace augury::engine {

// Fills in the first half of an Explanation: who, what, when, the items shown, the candidates if they were kept.
Explanation remembered(const ingest::RememberedAnswer& answer, const store::Dictionary& names);

}  // namespace augury::engine
