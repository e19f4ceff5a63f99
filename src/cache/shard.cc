#include "cache/shard.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace augury::cache {

struct Shard::Entry {
  uint64_t hash;
  std::string key;
  std::shared_ptr<const void> value;
  size_t bytes;
  base::MonotonicTime stored, expires;
  std::atomic<Entry*> next{nullptr};      // Of the bucket.
  mutable std::atomic<uint8_t> asked{0};  // Hits since it came or was moved; stops at 3.
  Entry* newer = nullptr;                 // Of the queue; writers only.
  Entry* older = nullptr;
  bool in_main = false;
};

namespace {

constexpr uint8_t kAskedMax = 3;
constexpr uint8_t kAskedToMove = 2;
constexpr size_t kAllocation = 16;  // What the allocator adds to a block.

size_t buckets_for(const ShardSize& size) {
  return std::bit_floor(std::max<size_t>(4, size.bytes_max / std::max<size_t>(64, size.entry_bytes)));
}
size_t ghosts_for(const ShardSize& size) {
  return std::max<size_t>(4, size.bytes_max / std::max<size_t>(64, size.entry_bytes));
}

}  // namespace

size_t Shard::entry_overhead() { return sizeof(Entry) + 3 * kAllocation; }

Shard::Shard(base::Epochs& epochs, const ShardSize& size)
    : epochs_(epochs),
      bytes_max_(size.bytes_max),
      bucket_count_(buckets_for(size)),
      overhead_(bucket_count_ * sizeof(std::atomic<Entry*>) + Ghosts::bytes_for(ghosts_for(size))),
      buckets_(new std::atomic<Entry*>[bucket_count_]()),
      ghosts_(ghosts_for(size)),
      bytes_(overhead_) {}

Shard::~Shard() {
  for (Queue* queue : {&small_, &main_})
    for (Entry* entry = queue->oldest; entry != nullptr;) delete std::exchange(entry, entry->newer);
}

Shard::Entry* Shard::find(uint64_t hash, std::string_view key) const {
  Entry* entry = bucket(hash).load(std::memory_order_acquire);
  while (entry != nullptr && (entry->hash != hash || entry->key != key))
    entry = entry->next.load(std::memory_order_acquire);
  return entry;
}

Shard::Found Shard::get(uint64_t hash, std::string_view key, base::MonotonicTime now) const {
  base::Epochs::Pin pin(epochs_);
  const Entry* entry = find(hash, key);
  if (entry == nullptr || now >= entry->expires) return {};
  uint8_t asked = entry->asked.load(std::memory_order_relaxed);
  if (asked < kAskedMax) entry->asked.store(asked + 1, std::memory_order_relaxed);
  return {entry->value, entry->stored};
}

bool Shard::put(const Put& put) {
  base::Lock held(mutex_);
  size_t bytes = entry_overhead() + put.key.size() + put.value_bytes;
  Entry* before = find(put.hash, put.key);
  bool was_main = before != nullptr && before->in_main;
  uint8_t asked = before != nullptr ? before->asked.load(std::memory_order_relaxed) : uint8_t{0};
  if (before != nullptr) {
    remove(was_main ? main_ : small_, before, held);
    discard(before, held);
  }
  if (overhead_ + bytes > bytes_max_) return false;
  bool known = ghosts_.take(put.hash);
  make_room(bytes, held);
  auto* entry = new Entry{.hash = put.hash,
                          .key = std::string(put.key),
                          .value = put.value,
                          .bytes = bytes,
                          .stored = put.stored,
                          .expires = put.expires};
  entry->asked.store(asked, std::memory_order_relaxed);
  push(was_main || known ? main_ : small_, entry, held);
  auto& first = bucket(put.hash);
  entry->next.store(first.load(std::memory_order_relaxed), std::memory_order_relaxed);
  first.store(entry, std::memory_order_release);
  bytes_.fetch_add(bytes, std::memory_order_relaxed);
  entries_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

bool Shard::erase(uint64_t hash, std::string_view key) {
  base::Lock held(mutex_);
  Entry* entry = find(hash, key);
  if (entry == nullptr) return false;
  remove(entry->in_main ? main_ : small_, entry, held);
  discard(entry, held);
  return true;
}

void Shard::push(Queue& queue, Entry* entry, const base::Lock&) {
  entry->in_main = &queue == &main_;
  entry->newer = nullptr;
  entry->older = queue.newest;
  (queue.newest != nullptr ? queue.newest->newer : queue.oldest) = entry;
  queue.newest = entry;
  queue.bytes += entry->bytes;
  ++queue.count;
}

Shard::Entry* Shard::pop(Queue& queue, const base::Lock& held) {
  Entry* entry = queue.oldest;
  remove(queue, entry, held);
  return entry;
}

void Shard::remove(Queue& queue, Entry* entry, const base::Lock&) {
  (entry->older != nullptr ? entry->older->newer : queue.oldest) = entry->newer;
  (entry->newer != nullptr ? entry->newer->older : queue.newest) = entry->older;
  queue.bytes -= entry->bytes;
  --queue.count;
}

// Out of the table; freed when no reader can be on it.
void Shard::discard(Entry* entry, const base::Lock&) {
  std::atomic<Entry*>* link = &bucket(entry->hash);
  while (link->load(std::memory_order_relaxed) != entry) link = &link->load(std::memory_order_relaxed)->next;
  link->store(entry->next.load(std::memory_order_relaxed), std::memory_order_release);
  bytes_.fetch_sub(entry->bytes, std::memory_order_relaxed);
  entries_.fetch_sub(1, std::memory_order_relaxed);
  epochs_.retire([entry] { delete entry; });
}

void Shard::make_room(size_t bytes, const base::Lock& held) {
  size_t room = bytes_max_ - overhead_;
  while (small_.bytes + main_.bytes + bytes > room) {
    if (main_.count == 0 || small_.bytes * 10 > room)
      shrink_small(held);
    else
      shrink_main(held);
  }
}

void Shard::shrink_small(const base::Lock& held) {
  Entry* entry = pop(small_, held);
  if (entry->asked.load(std::memory_order_relaxed) >= kAskedToMove) {
    entry->asked.store(0, std::memory_order_relaxed);
    push(main_, entry, held);
    return;
  }
  ghosts_.add(entry->hash, small_.count + main_.count);
  evictions_.fetch_add(1, std::memory_order_relaxed);
  discard(entry, held);
}

void Shard::shrink_main(const base::Lock& held) {
  Entry* entry = pop(main_, held);
  uint8_t asked = entry->asked.load(std::memory_order_relaxed);
  if (asked > 0) {
    entry->asked.store(asked - 1, std::memory_order_relaxed);
    push(main_, entry, held);
    return;
  }
  evictions_.fetch_add(1, std::memory_order_relaxed);
  discard(entry, held);
}

}  // namespace augury::cache
