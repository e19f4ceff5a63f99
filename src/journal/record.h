// What the journal remembers: every event, catalogue change and answer, each with a sequence number of its own.
//
// Records name entities, event types and texts by dictionary number; docs/formats/journal.md gives the bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "augury/prediction.h"
#include "augury/time.h"
#include "augury/value.h"

namespace augury::journal {

struct TextNumber {
  uint32_t value = 0;
  bool operator==(const TextNumber&) const = default;
};

// Texts as dictionary numbers (kind Text). A vector has finite numbers.
using FieldValue = std::variant<std::monostate, double, bool, TextNumber, std::vector<TextNumber>, Location, Timestamp,
                                std::vector<float>>;

struct NamedField {
  TextNumber name;
  FieldValue value;
  bool operator==(const NamedField&) const = default;
};

using PredictionId = std::array<uint8_t, 16>;  // ULID; all zero = none.

struct EventRecord {
  Timestamp at;  // min(timestamp, receipt).
  Timestamp receipt;
  uint64_t fingerprint = 0;  // hash64 of the event id; 0 = it had none.
  TextNumber type;           // Event type by name.
  uint32_t user = 0;         // 0 = none.
  uint32_t item = 0;
  uint32_t session = 0;
  std::vector<NamedField> fields;
  std::vector<NamedField> context;
  PredictionId prediction{};
  bool operator==(const EventRecord&) const = default;
};

// The attributes and vectors an entity has from here on (the whole set, whatever the request was), or its deletion.
struct EntityRecord {
  Timestamp receipt;
  bool is_user = false;
  bool deleted = false;
  uint32_t number = 0;
  std::vector<NamedField> attributes;
  bool operator==(const EntityRecord&) const = default;
};

struct ExposedItem {
  uint32_t item = 0;
  double score = 0;
  double propensity = 1;  // Of this item at this rank, given the request.
  bool operator==(const ExposedItem&) const = default;
};

struct ExposedMember {
  TextNumber name;
  TextNumber version;  // 0 for a feature.
  double weight = 0;   // As used, after re-normalising.
  bool operator==(const ExposedMember&) const = default;
};

// One answer, with all that is needed to recompute it.
struct ExposureRecord {
  PredictionId prediction{};
  Timestamp at;   // min(the answer's now, receipt): the time of its impressions.
  Timestamp now;  // The moment features were read at.
  Timestamp receipt;
  uint64_t position = 0;  // Applied offset when its fetch began.
  uint64_t snapshot = 0;  // Sequence of the publication record of models, plan and experiments it used.
  // Rows that changed during the fetch: (view fingerprint, key) and the offset each was read at.
  struct Newer {
    uint64_t view = 0;
    uint64_t key = 0;
    uint64_t position = 0;
    bool operator==(const Newer&) const = default;
  };
  std::vector<Newer> newer;
  uint64_t list = 0;  // Number of the published list behind POPULAR / popular recall; 0 = none.
  TextNumber placement;
  uint32_t user = 0;
  uint32_t session = 0;
  Level level = Level::Primary;
  bool cache_hit = false;
  TextNumber fallback_reason;  // 0 = none.
  TextNumber experiment;       // 0 = outside any.
  TextNumber variant;
  double propensity = 1;  // Of the variant.
  std::vector<ExposedMember> members;
  std::vector<ExposedItem> items;    // As shown, first rank first.
  std::vector<uint32_t> candidates;  // Kept for a share of answers and for explained ones.
  std::vector<NamedField> context;
  bool explained = false;
  bool operator==(const ExposureRecord&) const = default;
};

// A new set of versions goes live: app file, models, plan, experiments.
struct PublicationRecord {
  Timestamp receipt;
  std::string description;  // Canonical text: app file hash, view fingerprints, model name@version lines.
  bool operator==(const PublicationRecord&) const = default;
};

using Record = std::variant<EventRecord, EntityRecord, ExposureRecord, PublicationRecord>;

}  // namespace augury::journal
