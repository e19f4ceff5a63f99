#include "pipeline/item_indexes.h"

#include "index/exact_index.h"

namespace augury::pipeline {

using definition::Datum;

ItemIndexes::ItemIndexes(const definition::App& app, base::Epochs& epochs)
    : attributes_(app.item_attributes.size()), indexes_(app.item_vectors.size()) {
  for (const auto& placement : app.placements)
    for (const auto& source : placement.recall) {
      if (source.kind != definition::RecallSource::Kind::Nearest) continue;
      auto vector = static_cast<size_t>(source.vector);
      auto dimension = static_cast<uint32_t>(app.item_vectors[vector].dimension);
      if (!indexes_[vector]) indexes_[vector] = std::make_unique<index::ExactIndex>(epochs, dimension);
    }
}

void ItemIndexes::put(uint32_t number, std::span<const Datum> values) {
  for (size_t i = 0; i < indexes_.size(); ++i) {
    if (!indexes_[i]) continue;
    const Datum& vector = values[attributes_ + i];
    vector.missing() ? indexes_[i]->erase(number) : indexes_[i]->put(number, vector.vector);
  }
}

void ItemIndexes::erase(uint32_t number) {
  for (auto& index : indexes_)
    if (index) index->erase(number);
}

uint64_t ItemIndexes::bytes() const {
  uint64_t sum = 0;
  for (const auto& index : indexes_)
    if (index) sum += index->bytes();
  return sum;
}

}  // namespace augury::pipeline
