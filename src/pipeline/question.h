// A request, read once: names have become numbers, limits are checked, all text is in the answer's own memory.
#pragma once

#include <memory_resource>
#include <span>
#include <string_view>
#include <vector>

#include "augury/prediction.h"
#include "augury/result.h"
#include "feature/event.h"
#include "pipeline/candidate.h"
#include "pipeline/snapshot.h"
#include "store/store.h"

namespace augury::pipeline {

// Who is asking, where and when.
struct Subject {
  std::string_view user_id;  // A guest is the user "session:<id>"; empty: nobody.
  std::string_view session_id;
  uint32_t user = 0;  // 0: the dictionary does not know them: no events yet.
  uint32_t session = 0;
  std::span<const feature::ContextDatum> context;
  Timestamp now;
};

struct Question {
  int placement = -1;
  Subject subject;
  bool brought_candidates = false;
  std::span<const Candidate> candidates;              // Of the request, in its order, each once.
  std::span<const uint32_t> exclude;                  // Ascending.
  std::span<const std::string_view> exclude_unknown;  // Ids without a number.
  std::optional<int> count;
  bool explain = false;

  bool excludes(const Candidate& candidate) const;
};

// `receipt`: when the request came. Everything kept is copied to `arena`. Under a Pin.
// NotFound: the placement. Invalid: count, now, too many candidates, an id that is none.
Result<Question> read_question(const PredictRequest& request, const Snapshot& snapshot, const store::Store& store,
                               Timestamp receipt, std::pmr::memory_resource& arena);

// The subject alone, as feature queries have it.
Subject read_subject(std::string_view user_id, std::string_view session_id, std::span<const NamedValue> context,
                     Timestamp now, const store::Store& store, std::pmr::memory_resource& arena);

// `now` of a request: its own, at most 5 min ahead of its receipt (else Invalid), or its receipt.
Result<Timestamp> moment_of(std::optional<Timestamp> asked, Timestamp receipt);

}  // namespace augury::pipeline
