#include "index/exact_index.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/dot.h"
#include "index/nearest_kept.h"

namespace augury::index {
namespace {

constexpr uint32_t kBlockBytes = 16 << 10;
constexpr uint32_t kRowsMax = 64;

uint32_t padded(uint32_t dimension) {
  constexpr uint32_t kLanes = base::kDotLanes;
  return (dimension + kLanes - 1) / kLanes * kLanes;
}

}  // namespace

struct ExactIndex::Block {
  Block(uint32_t rows, uint32_t width) : items(rows), numbers(size_t{rows} * width) {}
  Block(const Block& other) : published(other.published.load()), items(other.items), numbers(other.numbers) {}

  void set(uint32_t row, uint32_t item, std::span<const float> vector, uint32_t width) {
    items[row] = item;
    std::ranges::copy(vector, numbers.begin() + static_cast<std::ptrdiff_t>(size_t{row} * width));
  }

  std::atomic<uint32_t> published{0};  // Rows readers may look at: they do not change any more.
  std::vector<uint32_t> items;         // 0: gone.
  std::vector<float> numbers;
};

ExactIndex::ExactIndex(base::Epochs& epochs, uint32_t dimension)
    : epochs_(epochs),
      dimension_(dimension),
      width_(padded(dimension)),
      rows_per_block_(std::clamp<uint32_t>(kBlockBytes / (width_ * sizeof(float)), 1, kRowsMax)) {}

ExactIndex::~ExactIndex() {
  for (uint32_t i = 0; i < used_.load(std::memory_order_relaxed); ++i)
    delete blocks_.find(i)->load(std::memory_order_relaxed);
}

uint64_t ExactIndex::block_bytes() const {
  return sizeof(Block) + uint64_t{rows_per_block_} * (width_ * sizeof(float) + sizeof(uint32_t));
}

void ExactIndex::publish(uint32_t block, std::unique_ptr<Block> made) {
  const Block* old = blocks_.at(block).exchange(made.release(), std::memory_order_acq_rel);
  if (old == nullptr) {
    bytes_.fetch_add(block_bytes(), std::memory_order_relaxed);
    used_.store(block + 1, std::memory_order_release);
    return;
  }
  epochs_.retire([old] { delete old; });
}

void ExactIndex::append(uint32_t item, std::span<const float> vector) {
  uint32_t block = next_ / rows_per_block_, row = next_ % rows_per_block_;
  ++next_;
  if (row == 0) publish(block, std::make_unique<Block>(rows_per_block_, width_));
  Block& last = *blocks_.at(block).load(std::memory_order_relaxed);
  last.set(row, item, vector, width_);
  last.published.store(row + 1, std::memory_order_release);
}

void ExactIndex::replace(uint32_t place, uint32_t item, std::span<const float> vector) {
  uint32_t block = place / rows_per_block_;
  auto copy = std::make_unique<Block>(*blocks_.at(block).load(std::memory_order_relaxed));
  copy->set(place % rows_per_block_, item, vector, width_);
  publish(block, std::move(copy));
}

void ExactIndex::put(uint32_t item, std::span<const float> vector) {
  AUGURY_CHECK(item != 0 && vector.size() == dimension_);
  if (item >= place_of_.size()) {
    place_of_.resize(item + item / 2 + 64);
    bytes_.store(used_.load(std::memory_order_relaxed) * block_bytes() + place_of_.size() * sizeof(uint32_t),
                 std::memory_order_relaxed);
  }
  uint32_t& place = place_of_[item];
  if (place != 0) return replace(place - 1, item, vector);
  size_.fetch_add(1, std::memory_order_relaxed);
  if (free_.empty()) {
    place = next_ + 1;
    return append(item, vector);
  }
  place = free_.back() + 1;
  free_.pop_back();
  replace(place - 1, item, vector);
}

void ExactIndex::erase(uint32_t item) {
  if (item >= place_of_.size() || place_of_[item] == 0) return;
  uint32_t place = std::exchange(place_of_[item], 0) - 1;
  replace(place, 0, {});
  free_.push_back(place);
  size_.fetch_sub(1, std::memory_order_relaxed);
}

std::vector<Neighbour> ExactIndex::nearest(std::span<const float> query, size_t count) const {
  AUGURY_CHECK(query.size() == dimension_);
  if (count == 0) return {};
  std::vector<float> wide(width_);
  std::ranges::copy(query, wide.begin());
  NearestKept kept(count);
  std::array<float, kRowsMax> scores;
  uint32_t used = used_.load(std::memory_order_acquire);
  for (uint32_t b = 0; b < used; ++b) {
    const Block& block = *blocks_.find(b)->load(std::memory_order_acquire);
    uint32_t rows = block.published.load(std::memory_order_acquire);
    base::dot_rows(wide, block.numbers.data(), rows, scores.data());
    for (uint32_t row = 0; row < rows; ++row)
      if (scores[row] >= kept.floor() && block.items[row] != 0) kept.offer({block.items[row], scores[row]});
  }
  return std::move(kept).best_first();
}

}  // namespace augury::index
