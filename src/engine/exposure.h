// What `serve` says of an answer, in the words of `ingest`: neighbours that do not know each other.
#pragma once

#include "feature/plan.h"
#include "ingest/ingest.h"
#include "serve/recorder.h"

namespace augury::engine {

ingest::Exposure to_ingest(serve::Exposure from, const feature::Plan& plan);

}  // namespace augury::engine
