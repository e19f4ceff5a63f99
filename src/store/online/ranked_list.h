// A published list: the best items by one feature at one moment. Immutable; a newer one replaces it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "augury/time.h"

namespace augury::store {

struct RankedItem {
  uint32_t item = 0;
  double value = 0;  // The feature's value when the list was published.
};

struct RankedList {
  uint64_t number = 0;            // Grows with every publication; named in exposures.
  int feature = -1;               // Of App::features; -1: the list of a time attribute (newest first).
  int attribute = -1;             // Of App::item_attributes.
  Timestamp published;            // On the wall clock.
  std::vector<RankedItem> items;  // Best first, ties by smaller item number; at most 1,000; only items with a value.
};

}  // namespace augury::store
