#include "feature/pull_field.h"

#include <algorithm>
#include <array>
#include <memory>

#include "feature/neighbours.h"
#include "feature/together.h"

namespace augury::feature {

PullField::PullField(const Together& together, std::span<const Anchor> anchors, Loudest loudest, Timestamp now,
                     const RowReader& rows, std::pmr::memory_resource& arena)
    : together_(together), rows_(rows), arena_(arena), loudest_(loudest), pages_(&arena), by_clock_(&arena) {
  // Rows are copied into room that is taken back after each.
  size_t room_bytes = 8 * together.neighbour_words_max() + 256;
  void* room = anchors.empty() ? nullptr : arena.allocate(room_bytes, alignof(uint64_t));
  for (const Anchor& anchor : anchors) {
    if (!(anchor.weight > 0)) continue;
    std::pmr::monotonic_buffer_resource copies(room, room_bytes, &arena);
    spread(anchor, now, copies);
  }
}

void PullField::spread(const Anchor& anchor, Timestamp now, std::pmr::memory_resource& room) {
  auto row = rows_.read(together_.views().neighbours, row_key(anchor.item), room);
  uint32_t used = row.empty() ? 0 : neighbours_used(row);
  if (used == 0) return;
  auto [clock, factor] = together_.anchor_at(row_key(anchor.item), row, now, rows_, room);
  factor *= anchor.weight;
  auto is_it = [&](const auto& each) { return each.first == clock; };
  auto group = std::find_if(by_clock_.begin(), by_clock_.end(), is_it);
  if (group == by_clock_.end()) {
    if (by_clock_.size() == 1) keep_clocks_apart();
    by_clock_.emplace_back(clock, Sums(&arena_));
    group = by_clock_.end() - 1;
  }
  bool apart = by_clock_.size() > 1;
  for (uint32_t i = 0; i < used; ++i) {
    double gives = neighbour_weight(row, i) * factor;
    uint32_t item = neighbour_item(row, i);
    Page& page = page_of(item);
    page.sums[item % kPage] += gives;
    if (page.voices != nullptr && gives > page.voices[item % kPage].most)
      page.voices[item % kPage] = {gives, anchor.item};
    if (apart) group->second[item] += gives;
  }
}

// Until a second clock came the pages said it all; from here on each clock has to keep its own.
void PullField::keep_clocks_apart() {
  for (uint32_t page = 0; page < pages_.size(); ++page)
    for (uint32_t i = 0; pages_[page] != nullptr && i < kPage; ++i)
      if (double sum = pages_[page]->sums[i]; sum > 0) by_clock_[0].second[page * kPage + i] = sum;
}

PullField::Page& PullField::made(uint32_t page) {
  if (page >= pages_.size()) pages_.resize(page + page / 2 + 1, nullptr);
  std::pmr::polymorphic_allocator<> memory(&arena_);
  pages_[page] = memory.new_object<Page>();
  if (loudest_ == Loudest::Named) {
    pages_[page]->voices = memory.allocate_object<Voice>(kPage);
    std::uninitialized_value_construct_n(pages_[page]->voices, kPage);
  }
  return *pages_[page];
}

double PullField::of(uint32_t item) const {
  uint32_t page = item / kPage;
  double sum = page < pages_.size() && pages_[page] != nullptr ? pages_[page]->sums[item % kPage] : 0;
  if (!(sum > 0)) return 0;
  std::array<std::byte, 256> scratch;
  std::pmr::monotonic_buffer_resource room(scratch.data(), scratch.size(), &arena_);
  if (by_clock_.size() == 1) return sum / together_.denominator(item, by_clock_[0].first, rows_, room);
  double score = 0;
  for (const auto& [clock, sums] : by_clock_)
    if (auto at = sums.find(item); at != sums.end())
      score += at->second / together_.denominator(item, clock, rows_, room);
  return score;
}

std::pmr::vector<PullField::Pulled> PullField::strongest(size_t count) const {
  struct Entry {
    double sum;
    uint32_t item;
  };
  std::pmr::vector<Entry> heap(&arena_);
  for (uint32_t page = 0; page < pages_.size(); ++page)
    for (uint32_t i = 0; pages_[page] != nullptr && i < kPage; ++i)
      if (double sum = pages_[page]->sums[i]; sum > 0) heap.push_back({sum, page * kPage + i});
  auto less = [](const Entry& a, const Entry& b) { return a.sum < b.sum; };
  std::make_heap(heap.begin(), heap.end(), less);
  std::pmr::vector<Pulled> best(&arena_);  // A heap with the weakest at the front.
  auto stronger = [](const Pulled& a, const Pulled& b) {
    return a.score != b.score ? a.score > b.score : a.item < b.item;
  };
  best.reserve(std::min(count + 1, heap.size()));
  // No further than the sum that could still make the list: an item counted often is divided by more than one that was
  // never counted. The slack covers rounding.
  double least_denominator = together_.least_denominator() * (1 - 1e-12);
  for (auto end = heap.end(); end != heap.begin(); --end) {
    if (best.size() == count && heap.front().sum / least_denominator < best.front().score) break;
    std::pop_heap(heap.begin(), end, less);
    uint32_t item = (end - 1)->item;
    const Voice* voices = pages_[item / kPage]->voices;
    best.push_back({item, of(item), voices == nullptr ? 0 : voices[item % kPage].anchor});
    std::push_heap(best.begin(), best.end(), stronger);
    if (best.size() <= count) continue;
    std::pop_heap(best.begin(), best.end(), stronger);
    best.pop_back();
  }
  std::sort_heap(best.begin(), best.end(), stronger);
  return best;
}

}  // namespace augury::feature
