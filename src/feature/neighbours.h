// The row of an item's neighbours: [sequence, newest, landmark, used:32 capacity:32, C * capacity, items * capacity].
//
// Weights are a heap with the lightest at the root (of equal ones the larger number); items, two to a word, lie in the
// same order. 12 bytes a neighbour.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "feature/event.h"
#include "feature/row_editor.h"

namespace augury::feature {

enum NeighbourWord : uint32_t {
  kNeighbourNewest = 1,
  kNeighbourLandmark = 2,
  kNeighbourSizes = 3,
  kNeighbourFixed = 4
};

constexpr uint32_t neighbour_words(uint32_t capacity) { return capacity + (capacity + 1) / 2; }

inline uint32_t neighbours_used(std::span<const uint64_t> row) {
  return static_cast<uint32_t>(row[kNeighbourSizes] >> 32);
}
inline double neighbour_weight(std::span<const uint64_t> row, uint32_t i) {
  return std::bit_cast<double>(row[kNeighbourFixed + i]);
}
inline uint32_t neighbour_item(std::span<const uint64_t> row, uint32_t i) {
  auto capacity = static_cast<uint32_t>(row[kNeighbourSizes]);
  uint64_t pair = row[kNeighbourFixed + capacity + i / 2];
  return static_cast<uint32_t>((i & 1) != 0 ? pair >> 32 : pair);
}

// Adds `weight`, given at landmark `landmark`, to a value kept at a landmark of its own. The older of the two moves by
// whole half-lives, an exact change of exponent. Returns how many the stored one moved.
int64_t add_decayed(const RowEditor& row, uint32_t landmark_at, uint32_t value_at, int64_t landmark, double weight);
// weight * 2^-half_lives, for any count.
double faded(double weight, int64_t half_lives);

class NeighbourRow {
 public:
  static void open(RowEditor& row, uint32_t view, uint32_t item);
  NeighbourRow(RowEditor& row, uint32_t neighbours_max);

  // C[this, item] += weight.
  void add(const Event& event, uint32_t item, int64_t landmark, double weight);

 private:
  struct Entry {
    double weight;
    uint32_t item;
    bool lighter_than(const Entry& other) const {
      return weight != other.weight ? weight < other.weight : item > other.item;
    }
  };
  Entry get(uint32_t i) const;
  void set(uint32_t i, const Entry& entry);
  uint32_t find(uint32_t item) const;  // used_ if it is not there.
  void sink(uint32_t i);
  void rise(uint32_t i);
  void fade_all(int64_t half_lives);
  void widen();

  RowEditor& row_;
  uint32_t neighbours_max_;
  uint32_t used_;
  uint32_t capacity_;
};

}  // namespace augury::feature
