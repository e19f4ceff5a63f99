#include "pipeline/likeness.h"

#include <algorithm>
#include <cmath>

#include "base/math.h"

namespace augury::pipeline {

using definition::Datum;

Likeness::Likeness(const store::Catalog& items, int attribute, std::span<const definition::ListEntry> list,
                   std::pmr::memory_resource& arena)
    : items_(items), attribute_(attribute), n_(static_cast<double>(items.terms(attribute).items())), weights_(&arena) {
  std::pmr::vector<uint32_t> newest(&arena);
  for (const auto& entry : list) {
    if (newest.size() == kItems) break;
    if (std::ranges::find(newest, entry.number) == newest.end()) newest.push_back(entry.number);
  }
  double total = 0, by_rank = 1;
  for (size_t r = 0; r < newest.size(); ++r, by_rank *= kDecay) total += by_rank;
  by_rank = 1;
  for (uint32_t item : newest) {
    auto terms = items_.terms(item, attribute_);
    double share = by_rank / (total * norm(terms));
    for (const auto& term : terms) {
      Weight& w = weight(term);
      w.listed += share * w.rare;
    }
    by_rank *= kDecay;
  }
}

Likeness::Weight& Likeness::weight(const store::Term& term) {
  auto [at, is_new] = weights_.try_emplace(term.number);
  if (is_new) at->second.rare = base::log(1 + n_ / items_.terms(attribute_).items_with(term.number));
  return at->second;
}

double Likeness::norm(std::span<const store::Term> terms) {
  double squares = 0;
  for (const auto& term : terms) {
    double rare = weight(term).rare;
    squares += rare * rare;
  }
  return std::sqrt(squares);
}

Datum Likeness::of(uint32_t item) {
  auto terms = items_.terms(item, attribute_);
  if (terms.empty()) return {};
  double dot = 0, squares = 0;
  for (const auto& term : terms) {
    const Weight& w = weight(term);
    dot += w.listed * w.rare;
    squares += w.rare * w.rare;
  }
  return Datum::of(dot / std::sqrt(squares));
}

}  // namespace augury::pipeline
