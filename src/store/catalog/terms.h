// The words of one attribute over the whole catalogue: which words an item has, and how many items have each.
//
// A term is a string of a `strings` attribute, or a word of a text: three letters or more in a row, in lower case
// (ASCII; other letters as they are). A text without such a word is one term, itself: "XL", "B-42".
//
// What it says is a function of the catalogue as it is, however it came to be so. One thread writes; any thread reads
// without a lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/segmented_array.h"
#include "definition/datum.h"

namespace augury::store {

struct Term {
  uint64_t hash = 0;    // Of its bytes: the same on every machine, and the order of an item's terms.
  uint32_t number = 0;  // Of this process.
  bool operator==(const Term& other) const { return hash == other.hash; }
};

class Terms {
 public:
  // Items that have at least one term.
  uint64_t items() const { return items_.load(std::memory_order_relaxed); }
  // Items that have this one; at least 1 for a term that some reader still sees.
  uint32_t items_with(uint32_t number) const;

  // ---- The writer ----

  // Each once, by hash. Gives new ones a number.
  std::vector<Term> terms_of(const definition::Datum& value);
  void add(std::span<const Term> terms);
  void remove(std::span<const Term> terms);

  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed) + counts_.bytes(); }

 private:
  std::unordered_map<uint64_t, uint32_t> numbers_;      // By hash. The writer's.
  base::SegmentedArray<std::atomic<uint32_t>> counts_;  // By number.
  std::atomic<uint64_t> items_{0};
  std::atomic<uint64_t> bytes_{0};
};

}  // namespace augury::store
