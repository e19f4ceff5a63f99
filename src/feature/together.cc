#include "feature/together.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>

#include "base/check.h"
#include "base/math.h"
#include "feature/moments.h"
#include "feature/neighbours.h"
#include "feature/row_editor.h"

namespace augury::feature {
namespace {

using definition::Datum;
using definition::ListEntry;

constexpr double kShrink = 10;  // Added to counts, so that two chance meetings are no proof.

// History rows: [sequence, used, (item, time) * used], the most recent last.
constexpr uint32_t kHistoryFixed = 2;
// Count rows: [sequence, newest, landmark, N].
constexpr uint32_t kCountWords = 4;
enum CountWord : uint32_t { kCountNewest = 1, kCountLandmark = 2, kCountValue = 3 };

void raise_time(const RowEditor& row, uint32_t at, int64_t t) {
  if (word_of_time(t) > row.get(at)) row.set(at, word_of_time(t));
}

}  // namespace

Together::Together(const definition::Aggregation& what, const Views& views, int condition)
    : views_(views),
      condition_(condition),
      neighbours_max_(static_cast<uint32_t>(what.together.neighbours)),
      size_(static_cast<uint32_t>(what.size)),
      history_(static_cast<uint32_t>(what.together.history)),
      half_life_(what.together.half_life.count() > 0 ? what.together.half_life.count() : what.half_life.count()),
      pair_half_life_(what.together.pair_half_life ? what.together.pair_half_life->count() : 0),
      backward_(what.together.backward),
      norm_(what.together.norm) {
  double power = 1;
  for (uint32_t r = 0; r < history_; ++r, power *= what.together.decay) by_rank_.push_back(power);
}

void Together::prefetch(const Event& event, RowSource& rows) const {
  rows.prefetch(views_.history, row_key(event.user));
  rows.prefetch(views_.neighbours, row_key(event.item));
  rows.prefetch(views_.count, row_key(event.item));
}

// One event's weight: 2^((t - landmark * H) / H), in [1, 2).
struct Together::Weight {
  int64_t landmark;
  double value;
};

void Together::count(const Event& event, const Weight& one, RowSource& rows) const {
  RowEditor row(rows);
  row.open(views_.count, row_key(event.item), kCountWords, kCountWords);
  row.set(0, event.sequence);
  raise_time(row, kCountNewest, micros(event.at));
  add_decayed(row, kCountLandmark, kCountValue, one.landmark, one.value);
}

void Together::apply(const Event& event, RowSource& rows) const {
  int64_t t = micros(event.at);
  Weight one{floor_div(t, half_life_), 0};
  one.value = base::exp2(static_cast<double>(t - one.landmark * half_life_) / static_cast<double>(half_life_));
  count(event, one, rows);
  std::array<std::byte, 1024> room;
  std::pmr::monotonic_buffer_resource arena(room.data(), room.size());
  std::pmr::vector<Meeting> meetings(&arena);
  meetings.reserve(history_);
  remember(event, one, rows, meetings);
  for (const Meeting& met : meetings) {
    RowEditor theirs(rows);
    NeighbourRow::open(theirs, views_.neighbours, met.item);
    NeighbourRow(theirs, neighbours_max_).add(event, event.item, one.landmark, met.weight);
  }
  if (meetings.empty() || backward_ <= 0) return;
  RowEditor mine(rows);
  NeighbourRow::open(mine, views_.neighbours, event.item);
  for (const Meeting& met : meetings)
    NeighbourRow(mine, neighbours_max_).add(event, met.item, one.landmark, backward_ * met.weight);
}

void Together::remember(const Event& event, const Weight& one, RowSource& rows,
                        std::pmr::vector<Meeting>& meetings) const {
  int64_t t = micros(event.at);
  uint32_t kept = history_ + 1;
  RowEditor row(rows);
  row.open(views_.history, row_key(event.user), kHistoryFixed, kHistoryFixed + 2);
  auto used = static_cast<uint32_t>(row.get(1));
  uint32_t out = used == kept ? 0 : used;  // The entry that goes: the item's own, else the oldest if all is full.
  for (uint32_t i = used; i-- > 0;) {
    auto item = static_cast<uint32_t>(row.get(kHistoryFixed + 2 * i));
    if (item == event.item) {
      out = i;
    } else if (meetings.size() < history_) {
      rows.prefetch(views_.neighbours, row_key(item));
      double weight = by_rank_[meetings.size()] * one.value;
      auto then = static_cast<int64_t>(row.get(kHistoryFixed + 2 * i + 1));
      if (pair_half_life_ > 0 && t > then)
        weight *= base::exp2(-static_cast<double>(t - then) / static_cast<double>(pair_half_life_));
      meetings.push_back({item, weight});
    }
  }
  if (out < used) {
    row.move(kHistoryFixed + 2 * (out + 1), kHistoryFixed + 2 * out, 2 * (used - out - 1));
    --used;
  }
  if (kHistoryFixed + 2 * (used + 1) > row.size()) row.need(kHistoryFixed + 2 * std::min(kept, std::max(2u, used * 2)));
  row.set(kHistoryFixed + 2 * used, event.item);
  row.set(kHistoryFixed + 2 * used + 1, static_cast<uint64_t>(t));
  row.set(1, used + 1);
  row.set(0, event.sequence);
}

double Together::clock_decay(std::span<const uint64_t> row, int64_t clock) const {
  int64_t landmark = time_of_word(row[kCountLandmark]);
  return base::exp2(-static_cast<double>(clock - landmark * half_life_) / static_cast<double>(half_life_));
}

Together::Anchor Together::anchor_at(uint64_t key, std::span<const uint64_t> row, Timestamp now, const RowReader& rows,
                                     std::pmr::memory_resource& arena) const {
  auto count = rows.read(views_.count, key, arena);
  int64_t clock = std::max(micros(now), time_of_word(row[kNeighbourNewest]));
  if (!count.empty()) clock = std::max(clock, time_of_word(count[kCountNewest]));
  double n = count.empty() ? 0 : std::bit_cast<double>(count[kCountValue]) * clock_decay(count, clock);
  return {clock, clock_decay(row, clock) / (n + kShrink)};
}

double Together::denominator(uint32_t of, int64_t clock, const RowReader& rows,
                             std::pmr::memory_resource& arena) const {
  auto count = rows.read(views_.count, row_key(of), arena);
  double n = 0;
  if (!count.empty())
    n = std::bit_cast<double>(count[kCountValue]) *
        clock_decay(count, std::max(clock, time_of_word(count[kCountNewest])));
  return root_of(n);
}

// Square roots are exact on every machine, and cheap.
double Together::root_of(double n) const {
  double x = n + kShrink;
  if (norm_ == 0.25) return std::sqrt(std::sqrt(x));
  if (norm_ == 0.5) return std::sqrt(x);
  return base::pow(x, norm_);
}

std::pmr::vector<Together::Remembered> Together::history(uint32_t user, const RowReader& rows,
                                                         std::pmr::memory_resource& arena) const {
  auto row = user == 0 ? std::span<const uint64_t>() : rows.read(views_.history, row_key(user), arena);
  auto used = row.empty() ? 0 : static_cast<uint32_t>(row[1]);
  std::pmr::vector<Remembered> items(&arena);
  items.reserve(used);
  for (uint32_t i = used; i-- > 0;)
    items.push_back(
        {static_cast<uint32_t>(row[kHistoryFixed + 2 * i]), static_cast<int64_t>(row[kHistoryFixed + 2 * i + 1])});
  return items;
}

Datum Together::value(uint64_t anchor, std::span<const uint64_t> row, Timestamp now, const RowReader& rows,
                      const NameSource& names, std::pmr::memory_resource& arena) const {
  if (row.empty() || neighbours_used(row) == 0) return Datum::of(std::span<const ListEntry>{});
  Anchor at = anchor_at(anchor, row, now, rows, arena);
  uint32_t used = neighbours_used(row);

  struct Entry {
    double weight;
    uint32_t item;
  };
  // Heaviest first, and no further than the weight that could still make the list: a score is at most what it would
  // be for an item never counted. The slack covers rounding.
  std::pmr::vector<Entry> heap(&arena);
  heap.reserve(used);
  for (uint32_t i = 0; i < used; ++i) heap.push_back({neighbour_weight(row, i), neighbour_item(row, i)});
  auto lighter = [](const Entry& a, const Entry& b) { return a.weight < b.weight; };
  std::make_heap(heap.begin(), heap.end(), lighter);
  double least = least_denominator() * (1 - 1e-12);

  std::pmr::vector<Entry> best(&arena);  // A heap with the weakest at the front.
  auto stronger = [](const Entry& a, const Entry& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.item < b.item;
  };
  best.reserve(size_ + 1);
  // Counts of neighbours are read into room that is taken back after each.
  std::array<std::byte, 256> scratch;
  for (auto end = heap.end(); end != heap.begin(); --end) {
    double most = heap.front().weight * at.factor / least;
    if (best.size() == size_ && most < best.front().weight) break;
    std::pop_heap(heap.begin(), end, lighter);
    Entry entry = *(end - 1);
    std::pmr::monotonic_buffer_resource room(scratch.data(), scratch.size(), &arena);
    entry.weight = entry.weight * at.factor / denominator(entry.item, at.clock, rows, room);
    if (!(entry.weight > 0)) continue;
    best.push_back(entry);
    std::push_heap(best.begin(), best.end(), stronger);
    if (best.size() <= size_) continue;
    std::pop_heap(best.begin(), best.end(), stronger);
    best.pop_back();
  }
  std::sort_heap(best.begin(), best.end(), stronger);
  auto* list =
      static_cast<ListEntry*>(arena.allocate(sizeof(ListEntry) * std::max<size_t>(best.size(), 1), alignof(ListEntry)));
  for (size_t i = 0; i < best.size(); ++i)
    new (list + i) ListEntry{best[i].item, names.name(definition::NameKind::Item, best[i].item), best[i].weight};
  return Datum::of(std::span<const ListEntry>(list, best.size()));
}

double Together::score(uint32_t anchor, uint32_t of, Timestamp now, const RowReader& rows,
                       std::pmr::memory_resource& arena) const {
  auto row = rows.read(views_.neighbours, row_key(anchor), arena);
  if (row.empty()) return 0;
  uint32_t used = neighbours_used(row);
  for (uint32_t i = 0; i < used; ++i) {
    if (neighbour_item(row, i) != of) continue;
    Anchor at = anchor_at(row_key(anchor), row, now, rows, arena);
    return neighbour_weight(row, i) * at.factor / denominator(of, at.clock, rows, arena);
  }
  return 0;
}

uint64_t Together::neighbour_words_max() const { return kNeighbourFixed + neighbour_words(neighbours_max_); }
uint64_t Together::history_words_max() const { return kHistoryFixed + 2 * uint64_t{history_ + 1}; }

}  // namespace augury::feature
