// Which items are nearest to a vector? Near is a large inner product.
//
//   index.put(17, embedding);
//   for (auto [item, score] : index.nearest(taste, 100)) ...
//
// One thread writes; any thread reads under a base::Epochs::Pin and without a lock, and sees each item as it was before
// or after a write. Numbers in vectors are finite.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace augury::index {

struct Neighbour {
  uint32_t item = 0;
  float score = 0;  // base::dot of the query and the item's vector.
  bool operator==(const Neighbour&) const = default;
};

// The order of an answer: best first, equal ones by number.
constexpr bool is_better(const Neighbour& a, const Neighbour& b) {
  return a.score != b.score ? a.score > b.score : a.item < b.item;
}

class Index {
 public:
  virtual ~Index() = default;

  virtual uint32_t dimension() const = 0;
  // Writer only. `item` is not 0; `vector` has dimension() numbers and is copied.
  virtual void put(uint32_t item, std::span<const float> vector) = 0;
  virtual void erase(uint32_t item) = 0;  // No matter whether it is there.

  // The `count` best of all items, best first; fewer if there are fewer. Under a Pin.
  virtual std::vector<Neighbour> nearest(std::span<const float> query, size_t count) const = 0;

  virtual uint64_t size() const = 0;
  virtual uint64_t bytes() const = 0;
};

}  // namespace augury::index
