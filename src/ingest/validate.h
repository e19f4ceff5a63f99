// Is this event, or this entity, what the app file says it should be?
//
// A good one comes back copied into the job's arena, with names bound to places in the app file; a bad one is refused
// in plain words: what was found, what was expected. Fields and vectors the app file does not name are ignored.
//
// Immutable after construction.
#pragma once

#include <expected>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "augury/result.h"
#include "definition/app.h"
#include "ingest/job.h"

namespace augury::ingest {

// |x| beyond this is refused, so that sums stay exact.
inline constexpr double kNumberMax = 1e9;
inline constexpr Duration kAheadMax = std::chrono::minutes{5};
inline constexpr size_t kTextBytesMax = 64 << 10;
inline constexpr size_t kContextFieldsMax = 256;

class Validator {
 public:
  // Borrows `app`.
  explicit Validator(const definition::App& app);

  struct Refusal {
    std::string code;
    std::string message;
  };
  using Checked = std::expected<TakenEvent, Refusal>;
  Checked event(const Event& event, Timestamp receipt, std::pmr::memory_resource& arena) const;

  // Invalid: the message says which id or attribute.
  Result<TakenUpdate> update(const EntityUpdate& update, std::pmr::memory_resource& arena) const;

 private:
  std::expected<int, Refusal> type_of(std::string_view name) const;

  const definition::App& app_;
  std::unordered_map<std::string_view, int> types_;
};

// The 16 bytes behind the 26 characters of a prediction id (Crockford's base 32); empty if it is not one.
std::optional<journal::PredictionId> parse_prediction_id(std::string_view text);

}  // namespace augury::ingest
