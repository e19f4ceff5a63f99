// The demo's vectors of people and things, as tools/train_demo_models.py left them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "augury/result.h"

namespace augury::cli::demo {

// A table of whole numbers of eight bits, a row per person or thing. Refers to the file's bytes.
class Embeddings {
 public:
  // Reads what numpy.save writes of a two-dimensional int8 array in C order (.npy, version 1).
  static Result<Embeddings> read(std::string_view npy);

  size_t rows() const { return numbers_.size() / dimension_; }
  size_t dimension() const { return dimension_; }
  // Empty where there is no vector: past the end, and for a row of zeros, which the training saw do nothing.
  std::span<const int8_t> row(size_t number) const;

 private:
  Embeddings(std::span<const int8_t> numbers, size_t dimension) : numbers_(numbers), dimension_(dimension) {}

  std::span<const int8_t> numbers_;
  size_t dimension_;
};

// The trained tables inside the program. It ends the program if they cannot be read: they are part of it.
Embeddings user_embeddings();
Embeddings item_embeddings();

}  // namespace augury::cli::demo
