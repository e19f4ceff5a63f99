// An event as the plan sees it: names are numbers, its time is settled, attributes are those in force now.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "augury/time.h"
#include "definition/datum.h"

namespace augury::feature {

struct ContextDatum {
  std::string_view name;
  definition::Datum value;
};

// Borrowed: lives for the call only.
struct Event {
  uint64_t sequence = 0;  // Place in the journal; ties in time are broken by it.
  Timestamp at;           // Event time: min(timestamp, receipt), fixed when it was taken.
  int type = -1;          // Of App::events.
  uint32_t user = 0;      // Numbers; 0 = none.
  uint32_t item = 0;
  uint32_t session = 0;
  std::string_view item_id;  // Only where Plan::needs_item_id says so: for conditions that name the item itself.
  std::span<const definition::Datum> fields;           // In the order of the event type's fields.
  std::span<const definition::Datum> item_attributes;  // In the order of App::item_attributes; empty: item unknown.
  std::span<const definition::Datum> user_attributes;
  std::span<const ContextDatum> context;
};

}  // namespace augury::feature
