#include "store/online/row_index.h"

#include <vector>

namespace augury::store {

struct HashedIndex::Slots {
  explicit Slots(uint64_t size) : mask(size - 1), slots(size) {}

  // The key's slot, or the free one where it belongs.
  Slot& place(uint64_t key, uint64_t hash) {
    for (uint64_t at = hash & mask;; at = (at + 1) & mask) {
      Slot& slot = slots[at];
      Row* row = slot.row.load(std::memory_order_acquire);
      if (row == nullptr || slot.key.load(std::memory_order_relaxed) == key) return slot;
    }
  }

  uint64_t mask;
  std::vector<Slot> slots;
};

namespace {

// The top bits choose the shard, the low ones the slot.
constexpr int kShardShift = 58;

}  // namespace

HashedIndex::HashedIndex(base::Epochs& epochs) : epochs_(epochs) {
  for (auto& shard : shards_) shard.slots.store(nullptr, std::memory_order_relaxed);
}

HashedIndex::~HashedIndex() {
  for (auto& shard : shards_) delete shard.slots.load(std::memory_order_relaxed);
}

Row* HashedIndex::find(uint64_t key) const {
  uint64_t hash = base::mix(key);
  Slots* slots = shards_[hash >> kShardShift].slots.load(std::memory_order_acquire);
  if (slots == nullptr) return nullptr;
  Row* row = slots->place(key, hash).row.load(std::memory_order_acquire);
  return row == gone() ? nullptr : row;
}

Row* HashedIndex::guess(uint64_t key) const {
  uint64_t hash = base::mix(key);
  Slots* slots = shards_[hash >> kShardShift].slots.load(std::memory_order_acquire);
  return slots == nullptr ? nullptr : slots->slots[hash & slots->mask].row.load(std::memory_order_acquire);
}

void HashedIndex::set(uint64_t key, Row* row) {
  uint64_t hash = base::mix(key);
  Shard& shard = shards_[hash >> kShardShift];
  Slots* slots = shard.slots.load(std::memory_order_relaxed);
  if (slots == nullptr || shard.used * 10 > slots->mask * 7) {
    grow(shard);
    slots = shard.slots.load(std::memory_order_relaxed);
  }
  Slot& slot = slots->place(key, hash);
  if (slot.row.load(std::memory_order_relaxed) == nullptr) {
    if (row == nullptr) return;
    slot.key.store(key, std::memory_order_relaxed);
    ++shard.used;
  }
  slot.row.store(row == nullptr ? gone() : row, std::memory_order_release);
}

void HashedIndex::grow(Shard& shard) {
  Slots* old = shard.slots.load(std::memory_order_relaxed);
  auto* wider = new Slots(old == nullptr ? 8 : (old->mask + 1) * 2);
  bytes_.fetch_add((wider->mask + 1) * sizeof(Slot), std::memory_order_relaxed);
  shard.used = 0;
  if (old != nullptr) {
    for (auto& slot : old->slots) {
      Row* row = slot.row.load(std::memory_order_relaxed);
      if (row == nullptr || row == gone()) continue;
      uint64_t key = slot.key.load(std::memory_order_relaxed);
      Slot& place = wider->place(key, base::mix(key));
      place.key.store(key, std::memory_order_relaxed);
      place.row.store(row, std::memory_order_relaxed);
      ++shard.used;
    }
    bytes_.fetch_sub((old->mask + 1) * sizeof(Slot), std::memory_order_relaxed);
  }
  shard.slots.store(wider, std::memory_order_release);
  if (old != nullptr) epochs_.retire([old] { delete old; });
}

}  // namespace augury::store
