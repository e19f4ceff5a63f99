#include "feature/readout.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/math.h"
#include "feature/moments.h"
#include "feature/top.h"

namespace augury::feature {
namespace {

using definition::Datum;
using definition::Function;
using definition::ListEntry;
using Row = std::span<const uint64_t>;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

Units units_at(Row row, size_t at) {
  return static_cast<Units>((static_cast<unsigned __int128>(row[at + 1]) << 64) | row[at]);
}

// What a feature's accumulators hold at its clock.
struct Totals {
  uint64_t count = 0;
  uint64_t over = 0;
  uint64_t under = 0;
  Units sum = 0;
  uint64_t highest = 0;
  uint64_t lowest = 0;
  uint64_t earliest = 0;
  Units squares = 0;

  void add(Row row, size_t at, const Cells& cells) {
    if (cells.count >= 0) count += row[at + static_cast<size_t>(cells.count)];
    if (cells.over >= 0) over += row[at + static_cast<size_t>(cells.over)];
    if (cells.under >= 0) under += row[at + static_cast<size_t>(cells.under)];
    if (cells.sum >= 0) sum += units_at(row, at + static_cast<size_t>(cells.sum));
    if (cells.more) add_more(row, at, cells);
  }

 private:
  void add_more(Row row, size_t at, const Cells& cells) {
    if (cells.highest >= 0) highest = std::max(highest, row[at + static_cast<size_t>(cells.highest)]);
    if (cells.lowest >= 0) lowest = std::max(lowest, row[at + static_cast<size_t>(cells.lowest)]);
    if (cells.earliest >= 0) earliest = std::max(earliest, row[at + static_cast<size_t>(cells.earliest)]);
    if (cells.squares < 0) return;
    Units more = units_at(row, at + static_cast<size_t>(cells.squares));
    if (squares < 0 || more < 0 || __builtin_add_overflow(squares, more, &squares)) squares = kTooLarge;
  }
};

Totals totals_of(const FeaturePlace& place, Row row, int64_t now) {
  Totals totals;
  if (row.empty()) return totals;
  if (place.pane == 0) {
    totals.add(row, place.at, place.cells);
    return totals;
  }
  auto directory = Directory::of(row[place.directory]);
  int64_t first = floor_div(clock_of(place, row, now), place.pane) - place.panes + 1;
  for (uint32_t i = directory.used; i-- > 0;) {
    size_t at = directory.offset + i * place.stride;
    if (static_cast<int64_t>(row[at]) < first) break;
    totals.add(row, at + 1, place.cells);
  }
  return totals;
}

double average(const Totals& totals) {
  return totals.count == 0 ? kMissing : value_of(totals.sum) / static_cast<double>(totals.count);
}

double variance(const Totals& totals) { return variance_of(totals.count, totals.sum, totals.squares); }

double rate(const FeaturePlace& place, const Totals& totals) {
  if (totals.over == 0 && totals.under == 0) return place.has_prior ? place.prior : kMissing;
  if (totals.under == 0 && !place.has_prior) return kMissing;
  double weight = place.has_prior ? place.prior_weight : 0;
  double below = static_cast<double>(totals.under) + weight;
  return below == 0 ? kMissing : (static_cast<double>(totals.over) + place.prior * weight) / below;
}

double decayed(const FeaturePlace& place, Row row, int64_t now) {
  if (row.empty() || row[place.at + 1] == 0) return 0;
  int64_t since = clock_of(place, row, now) - time_of_word(row[place.at + 1]) * place.half_life;
  return std::bit_cast<double>(row[place.at]) *
         base::exp2(-static_cast<double>(since) / static_cast<double>(place.half_life));
}

bool in_window(const FeaturePlace& place, int64_t t, int64_t clock) {
  return place.pane == 0 || floor_div(t, place.pane) > floor_div(clock, place.pane) - place.panes;
}

double seconds(int64_t us) { return static_cast<double>(us) / 1e6; }

// The newest event, if the window still covers it; else kNever.
int64_t latest(const FeaturePlace& place, Row row, int64_t now) {
  if (row.empty() || row[place.newest] == 0) return kNever;
  int64_t newest = time_of_word(row[place.newest]);
  return in_window(place, newest, std::max(now, newest)) ? newest : kNever;
}

double time_since(const FeaturePlace& place, Row row, int64_t now) {
  int64_t newest = latest(place, row, now);
  return newest == kNever ? kMissing : seconds(std::max(now, newest) - newest);
}

int64_t earliest(const Totals& totals) { return totals.earliest == 0 ? kNever : time_of_word(~totals.earliest); }

// If the window covers any event it covers the newest.
double gap(const FeaturePlace& place, Row row, int64_t now) {
  Totals totals = totals_of(place, row, now);
  if (totals.count < 2) return kMissing;
  return seconds(time_of_word(row[place.newest]) - earliest(totals)) / static_cast<double>(totals.count - 1);
}

int64_t absolute_time(const FeaturePlace& place, Row row, int64_t now) {
  return place.function == Function::FirstTime ? earliest(totals_of(place, row, now)) : latest(place, row, now);
}

std::string_view copied(std::string_view text, std::pmr::memory_resource& arena) {
  auto* bytes = static_cast<char*>(arena.allocate(std::max<size_t>(text.size(), 1), 1));
  std::copy(text.begin(), text.end(), bytes);
  return {bytes, text.size()};
}

bool begins_with_time(Function function) { return function == Function::Last || function == Function::First; }

// The newest first for last, the oldest first for first.
std::span<const ListEntry> values_in(const FeaturePlace& place, Row entries, const NameSource& names,
                                     std::pmr::memory_resource& arena) {
  size_t kept = entries.size() / place.stride;
  size_t most = std::min<size_t>(kept, place.size);
  auto* list =
      static_cast<ListEntry*>(arena.allocate(sizeof(ListEntry) * std::max<size_t>(most, 1), alignof(ListEntry)));
  for (size_t i = 0; i < most; ++i) {
    size_t entry = place.function == Function::First ? i : kept - 1 - i;
    new (list + i) ListEntry(entry_of(place, entries[entry * place.stride + 1], names, arena));
  }
  return {list, most};
}

}  // namespace

int64_t clock_of(const FeaturePlace& place, Row row, int64_t now) {
  return row.empty() ? now : std::max(now, time_of_word(row[place.newest]));
}

double number_in(const FeaturePlace& place, Row row, int64_t now) {
  switch (place.function) {
    case Function::Count:
      return static_cast<double>(totals_of(place, row, now).count);
    case Function::Sum:
      return value_of(totals_of(place, row, now).sum);
    case Function::Avg:
      return average(totals_of(place, row, now));
    case Function::Min: {
      uint64_t word = totals_of(place, row, now).lowest;
      return word == 0 ? kMissing : number_of_word(~word);
    }
    case Function::Max: {
      uint64_t word = totals_of(place, row, now).highest;
      return word == 0 ? kMissing : number_of_word(word);
    }
    case Function::Variance:
      return variance(totals_of(place, row, now));
    case Function::Stddev:
      return std::sqrt(variance(totals_of(place, row, now)));
    case Function::Rate:
      return rate(place, totals_of(place, row, now));
    case Function::DecayedCount:
    case Function::DecayedSum:
      return decayed(place, row, now);
    case Function::TimeSince:
      return time_since(place, row, now);
    case Function::FirstTime:
    case Function::LastTime: {
      int64_t t = absolute_time(place, row, now);
      return t == kNever ? kMissing : seconds(t);
    }
    case Function::Gap:
      return gap(place, row, now);
    default:
      return kMissing;
  }
}

Datum time_in(const FeaturePlace& place, Row row, int64_t now) {
  int64_t t = absolute_time(place, row, now);
  return t == kNever ? Datum() : Datum::of(from_micros(t));
}

Row covered(const FeaturePlace& place, Row row, int64_t clock) {
  if (row.empty()) return {};
  auto directory = Directory::of(row[place.directory]);
  // Of a last list only the newest count.
  uint32_t least = place.function == Function::Last && directory.used > place.size ? directory.used - place.size : 0;
  uint32_t begin = place.pane == 0 ? least : directory.used;
  for (; begin > least; --begin) {
    auto key = static_cast<int64_t>(row[directory.offset + (begin - 1) * place.stride]);
    int64_t pane = begins_with_time(place.function) ? floor_div(key, place.pane) : key;
    if (pane <= floor_div(clock, place.pane) - place.panes) break;
  }
  return row.subspan(directory.offset + begin * place.stride, (directory.used - begin) * place.stride);
}

ListEntry entry_of(const FeaturePlace& place, uint64_t value, const NameSource& names,
                   std::pmr::memory_resource& arena) {
  using definition::NameKind;
  bool item = place.operand.kind == definition::Operand::Kind::Item;
  if (item || place.operand.type == definition::Type::Text) {
    auto number = static_cast<uint32_t>(value);
    return {number, names.name(item ? NameKind::Item : NameKind::Text, number), 1};
  }
  double x = std::bit_cast<double>(value);
  if (place.operand.type == definition::Type::Boolean) return {0, x != 0 ? "true" : "false", 1};
  char digits[32];
  auto end = std::to_chars(digits, digits + sizeof digits, x).ptr;
  return {0, copied({digits, static_cast<size_t>(end - digits)}, arena), 1};
}

Datum list_in(const FeaturePlace& place, Row row, int64_t now, const NameSource& names,
              std::pmr::memory_resource& arena) {
  Row entries = covered(place, row, clock_of(place, row, now));
  if (entries.empty()) return Datum::of(std::span<const ListEntry>{});
  return Datum::of(place.function == Function::Top ? most_frequent(place, entries, names, arena)
                                                   : values_in(place, entries, names, arena));
}

bool oldest_pane(const FeaturePlace& place, Row row, int64_t clock, int64_t& oldest) {
  if (place.function == Function::TimeSince || place.function == Function::LastTime) {
    oldest = floor_div(time_of_word(row[place.newest]), place.pane);
    return row[place.newest] != 0 && in_window(place, time_of_word(row[place.newest]), clock);
  }
  Row entries = covered(place, row, clock);
  if (entries.empty()) return false;
  auto key = static_cast<int64_t>(entries[0]);
  oldest = begins_with_time(place.function) ? floor_div(key, place.pane) : key;
  return true;
}

}  // namespace augury::feature
