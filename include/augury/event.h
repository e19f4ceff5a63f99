// Something that happened: a view, a click, a purchase.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "augury/position.h"
#include "augury/time.h"
#include "augury/value.h"

namespace augury {

// Borrowed: the text and spans live for the call only.
struct Event {
  std::string_view event_id;  // Empty: no protection against being sent twice.
  std::string_view event;     // One of the types under `events:` of the app file.
  std::string_view user_id;   // Ids: 1 to 256 bytes of UTF-8 without control characters.
  std::string_view session_id;
  std::string_view item_id;
  std::optional<Timestamp> timestamp;  // Absent: the time of receipt. More than 5 min ahead of it: refused.
  std::span<const NamedValue> fields;
  std::span<const NamedValue> context;
  std::string_view prediction_id;  // The answer this event came from, if any.
};

// When an accepted event may be acknowledged.
enum class Acknowledge {
  Sync,     // After the journal is synced: survives a power cut. The default ("fsync").
  Written,  // After it is handed to the operating system: survives a crash of this process ("os").
  None,     // At once: a crash may lose it.
};

struct RefusedEvent {
  size_t index = 0;     // Place in the batch.
  std::string code;     // UNKNOWN_EVENT, INVALID_ID, INVALID_FIELD, MISSING_KEY, IN_THE_FUTURE, ...
  std::string message;  // What was found, what was expected.
};

// Good events of a batch are kept whatever happens to the others.
struct EventReceipt {
  size_t accepted = 0;
  size_t duplicates = 0;  // Ids already counted inside the dedup window.
  std::vector<RefusedEvent> refused;
  Position position;  // Covers every event of this batch (and of those it duplicates).
};

}  // namespace augury
