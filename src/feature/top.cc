#include "feature/top.h"

#include <algorithm>
#include <vector>

#include "feature/readout.h"

namespace augury::feature {
namespace {

using definition::ListEntry;

constexpr size_t kStride = 3;

struct Tally {
  uint32_t number = 0;
  uint64_t count = 0;
};
using Tallies = std::pmr::vector<Tally>;

// What a value without an entry may have been counted in this pane.
uint64_t unseen_count(std::span<const uint64_t> pane) {
  bool overflowed = false;
  uint64_t least = UINT64_MAX;
  for (size_t i = 0; i < pane.size(); i += kStride) {
    overflowed = overflowed || static_cast<uint32_t>(pane[i + 1]) != 0;
    least = std::min(least, pane[i + 2]);
  }
  return overflowed ? least : 0;
}

// One tally a value, over all panes.
Tallies tallies_of(std::span<const uint64_t> entries, std::pmr::memory_resource& arena) {
  Tallies all(&arena);
  all.reserve(entries.size() / kStride);
  uint64_t unseen = 0;
  for (size_t begin = 0, end = 0; begin < entries.size(); begin = end) {
    while (end < entries.size() && entries[end] == entries[begin]) end += kStride;
    auto pane = entries.subspan(begin, end - begin);
    uint64_t here = unseen_count(pane);
    unseen += here;
    for (size_t i = 0; i < pane.size(); i += kStride)
      all.push_back({static_cast<uint32_t>(pane[i + 1] >> 32), pane[i + 2] - here});
  }
  std::sort(all.begin(), all.end(), [](const Tally& a, const Tally& b) { return a.number < b.number; });
  size_t used = 0;
  for (const Tally& tally : all) {
    if (used > 0 && all[used - 1].number == tally.number)
      all[used - 1].count += tally.count;
    else
      all[used++] = tally;
  }
  all.resize(used);
  for (Tally& tally : all) tally.count += unseen;
  return all;
}

bool before(const ListEntry& a, const ListEntry& b) {
  if (a.weight != b.weight) return a.weight > b.weight;
  return a.id != b.id ? a.id < b.id : a.number < b.number;
}

}  // namespace

std::span<const ListEntry> most_frequent(const FeaturePlace& place, std::span<const uint64_t> entries,
                                         const NameSource& names, std::pmr::memory_resource& arena) {
  Tallies all = tallies_of(entries, arena);
  size_t most = std::min<size_t>(all.size(), place.size);
  // Names are looked up only for those that may be among them: all that count as much as the last does.
  std::nth_element(all.begin(), all.begin() + static_cast<ptrdiff_t>(most - 1), all.end(),
                   [](const Tally& a, const Tally& b) { return a.count > b.count; });
  uint64_t enough = all[most - 1].count;
  auto* list = static_cast<ListEntry*>(arena.allocate(sizeof(ListEntry) * all.size(), alignof(ListEntry)));
  size_t size = 0;
  for (const Tally& tally : all) {
    if (tally.count < enough) continue;
    auto* entry = new (list + size++) ListEntry(entry_of(place, tally.number, names, arena));
    entry->weight = static_cast<double>(tally.count);
  }
  std::sort(list, list + size, before);
  return {list, most};
}

}  // namespace augury::feature
