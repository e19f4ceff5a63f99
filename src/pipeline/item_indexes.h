// The indexes behind `recall: {nearest: ...}`: one per vector of items that a placement names, in step with the
// catalogue.
//
// Threads: written by the catalogue's writer, read by any thread under a Pin and without a lock.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/epoch.h"
#include "definition/app.h"
#include "index/index.h"
#include "store/catalog/catalog.h"

namespace augury::pipeline {

class ItemIndexes : public store::CatalogFollower {
 public:
  ItemIndexes(const definition::App& app, base::Epochs& epochs);

  void put(uint32_t number, std::span<const definition::Datum> values) override;
  void erase(uint32_t number) override;

  // Of App::item_vectors; null: no placement asks for the nearest by that one.
  const index::Index* by_vector(int vector) const { return indexes_[static_cast<size_t>(vector)].get(); }
  uint64_t bytes() const;

 private:
  size_t attributes_;  // Of an item, before its vectors.
  std::vector<std::unique_ptr<index::Index>> indexes_;
};

}  // namespace augury::pipeline
