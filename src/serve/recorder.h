// Who remembers the answers that were given.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "augury/entity.h"
#include "augury/prediction.h"
#include "pipeline/row_access.h"
#include "serve/prediction_id.h"

namespace augury::serve {

// One answer with all that is needed to recompute it.
struct Exposure {
  PredictionId prediction{};
  Timestamp now;
  Timestamp receipt;
  uint64_t position = 0;                  // Applied when its fetch began; of a cached answer: when it was computed.
  uint64_t publication = 0;               // Of the snapshot it came from.
  std::vector<pipeline::NewerRow> newer;  // View index, not fingerprint.
  uint64_t list = 0;
  std::string placement;
  std::string user_id;
  std::string session_id;
  Level level = Level::Primary;
  bool cache_hit = false;
  std::string fallback_reason;  // Empty: none.
  std::string experiment;       // Empty: outside any.
  std::string variant;
  double propensity = 1;
  struct Member {
    std::string name;
    std::string version;  // Empty for a feature.
    double weight = 0;    // As used, after re-normalising.
  };
  std::vector<Member> members;
  struct Item {
    std::string id;
    double score = 0;
    double propensity = 1;
  };
  std::vector<Item> items;
  std::vector<std::string> candidates;  // Of a share of answers (log_candidates) and of explained ones.
  std::vector<std::pair<std::string, OwnedValue>> context;
  bool explained = false;
};

// Thread-safe; called on the request's thread, after the answer was made and before it is handed out.
class Recorder {
 public:
  virtual ~Recorder() = default;
  virtual void record(Exposure exposure) = 0;
};

}  // namespace augury::serve
