#include "pipeline/row_access.h"

namespace augury::pipeline {

namespace {
constexpr size_t kNewerMax = 1'000;  // An answer that met more is not recomputable, and says so by being full.
}

std::span<const uint64_t> RowAccess::read(uint32_t view, uint64_t key, std::pmr::memory_resource& arena) const {
  auto copy = store_.rows(view).read(key, arena);
  if (copy.position > position_ && newer_.size() < kNewerMax) newer_.push_back({view, key, copy.position});
  return copy.words;
}

}  // namespace augury::pipeline
