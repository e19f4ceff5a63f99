// How much an item is like the items of a list, by the words of one attribute: what similar(list, item.attribute) is.
//
//   A(i) = Σ_{r<10} .8^r cos(x_{a_r}, x_i) / Σ .8^r     a_r the list's newest distinct items, r = 0 first
//   x    = ln(1 + n / df) for each term an item has     n items with terms, df of them with this one
//
// One pass over the list makes one vector of it; an item is then compared with that vector alone.
//
// Not thread-safe: of one answer; everything lies in its arena, the catalogue is read under the answer's Pin.
#pragma once

#include <memory_resource>
#include <span>
#include <unordered_map>

#include "definition/datum.h"
#include "store/catalog/catalog.h"

namespace augury::pipeline {

class Likeness {
 public:
  Likeness(const store::Catalog& items, int attribute, std::span<const definition::ListEntry> list,
           std::pmr::memory_resource& arena);

  // 0 to 1; missing for an item that has no terms.
  definition::Datum of(uint32_t item);

 private:
  static constexpr size_t kItems = 10;
  static constexpr double kDecay = 0.8;

  struct Weight {
    double rare = 0;    // ln(1 + n / df).
    double listed = 0;  // What the list's vector has of this term.
  };
  Weight& weight(const store::Term& term);
  double norm(std::span<const store::Term> terms);

  const store::Catalog& items_;
  const int attribute_;
  const double n_;
  std::pmr::unordered_map<uint32_t, Weight> weights_;  // By term.
};

}  // namespace augury::pipeline
