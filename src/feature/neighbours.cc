#include "feature/neighbours.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "feature/moments.h"

namespace augury::feature {

double faded(double weight, int64_t half_lives) {
  return std::ldexp(weight, static_cast<int>(-std::min<int64_t>(half_lives, 5000)));
}

int64_t add_decayed(const RowEditor& row, uint32_t landmark_at, uint32_t value_at, int64_t landmark, double weight) {
  uint64_t kept = row.get(landmark_at);
  int64_t moved = kept == 0 ? 0 : std::max<int64_t>(0, landmark - time_of_word(kept));
  int64_t at = kept == 0 ? landmark : time_of_word(kept) + moved;
  double value = std::bit_cast<double>(row.get(value_at));
  if (moved > 0) value = faded(value, moved);
  if (at > landmark) weight = faded(weight, at - landmark);
  row.set(landmark_at, word_of_time(at));
  row.set(value_at, std::bit_cast<uint64_t>(value + weight));
  return moved;
}

void NeighbourRow::open(RowEditor& row, uint32_t view, uint32_t item) {
  row.open(view, row_key(item), kNeighbourFixed, kNeighbourFixed + neighbour_words(2));
}

NeighbourRow::NeighbourRow(RowEditor& row, uint32_t neighbours_max)
    : row_(row),
      neighbours_max_(neighbours_max),
      used_(static_cast<uint32_t>(row.get(kNeighbourSizes) >> 32)),
      capacity_(static_cast<uint32_t>(row.get(kNeighbourSizes))) {}

void NeighbourRow::add(const Event& event, uint32_t item, int64_t landmark, double weight) {
  row_.set(0, event.sequence);
  row_.set(kNeighbourNewest, std::max(row_.get(kNeighbourNewest), word_of_time(micros(event.at))));
  uint64_t kept = row_.get(kNeighbourLandmark);
  if (kept == 0) {
    row_.set(kNeighbourLandmark, word_of_time(landmark));
  } else if (int64_t at = time_of_word(kept); at < landmark) {
    fade_all(landmark - at);
    row_.set(kNeighbourLandmark, word_of_time(landmark));
  } else if (at > landmark) {
    weight = faded(weight, at - landmark);
  }
  if (!(weight > 0)) return;
  uint32_t i = find(item);
  Entry entry{weight, item};
  if (i < used_) {
    entry.weight += get(i).weight;
    set(i, entry);
    return sink(i);
  }
  if (used_ == neighbours_max_) {
    if (entry.lighter_than(get(0))) return;
    set(0, entry);
    return sink(0);
  }
  if (used_ == capacity_) widen();
  ++used_;
  row_.set(kNeighbourSizes, (uint64_t{used_} << 32) | capacity_);
  set(i, entry);
  rise(i);
}

NeighbourRow::Entry NeighbourRow::get(uint32_t i) const {
  uint64_t pair = row_.get(kNeighbourFixed + capacity_ + i / 2);
  return {std::bit_cast<double>(row_.get(kNeighbourFixed + i)),
          static_cast<uint32_t>((i & 1) != 0 ? pair >> 32 : pair)};
}

void NeighbourRow::set(uint32_t i, const Entry& entry) {
  row_.set(kNeighbourFixed + i, std::bit_cast<uint64_t>(entry.weight));
  uint32_t at = kNeighbourFixed + capacity_ + i / 2;
  uint64_t pair = row_.get(at);
  pair =
      (i & 1) != 0 ? (pair & 0xffffffffu) | (uint64_t{entry.item} << 32) : (pair & ~uint64_t{0xffffffffu}) | entry.item;
  row_.set(at, pair);
}

// Scans 32 items at a time from a copy, which the compiler turns into vector compares; only the writer comes here, so
// plain reads see its own stores.
uint32_t NeighbourRow::find(uint32_t item) const {
  constexpr uint32_t kBlock = 32;
  const auto* items = static_cast<const void*>(row_.row().words + kNeighbourFixed + capacity_);
  const auto* bytes = static_cast<const unsigned char*>(items);
  uint32_t begin = 0;
  uint32_t block[kBlock];
  for (; begin + kBlock <= used_; begin += kBlock) {
    std::memcpy(block, bytes + sizeof(uint32_t) * begin, sizeof block);
    uint32_t hits = 0;
    for (uint32_t candidate : block) hits += candidate == item ? 1 : 0;
    if (hits == 0) continue;
    for (uint32_t i = 0; i < kBlock; ++i)
      if (block[i] == item) return begin + i;
  }
  std::memcpy(block, bytes + sizeof(uint32_t) * begin, sizeof(uint32_t) * (used_ - begin));
  for (uint32_t i = 0; begin + i < used_; ++i)
    if (block[i] == item) return begin + i;
  return used_;
}

void NeighbourRow::sink(uint32_t i) {
  Entry entry = get(i);
  for (uint32_t child = 2 * i + 1; child < used_; i = child, child = 2 * i + 1) {
    Entry next = get(child);
    if (child + 1 < used_)
      if (Entry right = get(child + 1); right.lighter_than(next)) next = right, ++child;
    if (!next.lighter_than(entry)) break;
    set(i, next);
    set(child, entry);
  }
}

void NeighbourRow::rise(uint32_t i) {
  Entry entry = get(i);
  for (; i > 0; i = (i - 1) / 2) {
    uint32_t parent = (i - 1) / 2;
    Entry above = get(parent);
    if (!entry.lighter_than(above)) break;
    set(i, above);
    set(parent, entry);
  }
}

void NeighbourRow::fade_all(int64_t half_lives) {
  double factor = faded(1, half_lives);
  bool rounded = false;
  for (uint32_t i = 0; i < used_; ++i) {
    double weight = std::bit_cast<double>(row_.get(kNeighbourFixed + i)) * factor;
    rounded = rounded || weight < 1e-300;
    row_.set(kNeighbourFixed + i, std::bit_cast<uint64_t>(weight));
  }
  if (!rounded) return;
  // So faint that weights have become equal: their order may have changed.
  for (uint32_t i = used_ / 2; i-- > 0;) sink(i);
}

void NeighbourRow::widen() {
  uint32_t capacity = std::min(std::max(capacity_ * 2, 2u), neighbours_max_);
  row_.need(kNeighbourFixed + neighbour_words(capacity));
  row_.move(kNeighbourFixed + capacity_, kNeighbourFixed + capacity, (capacity_ + 1) / 2);
  row_.clear(kNeighbourFixed + capacity_,
             std::min(kNeighbourFixed + capacity, kNeighbourFixed + neighbour_words(capacity_)));
  capacity_ = capacity;
  row_.set(kNeighbourSizes, (uint64_t{used_} << 32) | capacity_);
}

}  // namespace augury::feature
