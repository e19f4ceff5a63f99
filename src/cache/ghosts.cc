#include "cache/ghosts.h"

#include <algorithm>
#include <bit>

namespace augury::cache {

namespace {

size_t ring_size(size_t count_max) { return std::max<size_t>(1, count_max); }
size_t table_size(size_t count_max) { return std::bit_ceil(2 * ring_size(count_max) + 2); }
uint64_t never_zero(uint64_t fingerprint) { return fingerprint == 0 ? 1 : fingerprint; }

}  // namespace

Ghosts::Ghosts(size_t count_max) : ring_(ring_size(count_max)), table_(table_size(count_max)) {}

size_t Ghosts::bytes_for(size_t count_max) {
  return sizeof(uint64_t) * ring_size(count_max) + sizeof(Slot) * table_size(count_max);
}

size_t Ghosts::find(uint64_t fingerprint) const {
  size_t slot = home(fingerprint);
  while (table_[slot].fingerprint != 0 && table_[slot].fingerprint != fingerprint)
    slot = (slot + 1) & (table_.size() - 1);
  return slot;
}

// Linear probing without tombstones: what follows moves up if the hole lies on its way from home.
void Ghosts::drop(size_t hole) {
  size_t mask = table_.size() - 1;
  table_[hole] = {};
  for (size_t next = (hole + 1) & mask; table_[next].fingerprint != 0; next = (next + 1) & mask) {
    if (((next - home(table_[next].fingerprint)) & mask) < ((next - hole) & mask)) continue;
    table_[hole] = table_[next];
    table_[next] = {};
    hole = next;
  }
  --count_;
}

void Ghosts::forget_oldest() {
  uint64_t oldest = ring_[tail_++ % ring_.size()];
  if (oldest != 0) drop(find(oldest));
}

void Ghosts::add(uint64_t fingerprint, size_t limit) {
  fingerprint = never_zero(fingerprint);
  if (table_[find(fingerprint)].fingerprint != 0) return;
  limit = std::clamp<size_t>(limit, 1, ring_.size());
  while (head_ - tail_ >= limit) forget_oldest();
  table_[find(fingerprint)] = {fingerprint, head_};
  ring_[head_++ % ring_.size()] = fingerprint;
  ++count_;
}

bool Ghosts::take(uint64_t fingerprint) {
  fingerprint = never_zero(fingerprint);
  size_t slot = find(fingerprint);
  if (table_[slot].fingerprint == 0) return false;
  ring_[table_[slot].number % ring_.size()] = 0;
  drop(slot);
  return true;
}

}  // namespace augury::cache
