#include "feature/plan.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/math.h"
#include "feature/compiled.h"
#include "feature/moments.h"

namespace augury::feature {
namespace {

using definition::Datum;
using definition::Function;
using definition::ListEntry;
using Row = std::span<const uint64_t>;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

int64_t clock_of(const FeaturePlace& place, Row row, int64_t now) {
  return row.empty() ? now : std::max(now, time_of_word(row[place.newest]));
}

Units units_at(Row row, size_t at) {
  return static_cast<Units>((static_cast<unsigned __int128>(row[at + 1]) << 64) | row[at]);
}

// What a feature's accumulators hold at its clock.
struct Totals {
  uint64_t count = 0;
  uint64_t over = 0;
  uint64_t under = 0;
  Units sum = 0;

  void add(Row row, size_t at, const Cells& cells) {
    if (cells.count >= 0) count += row[at + static_cast<size_t>(cells.count)];
    if (cells.over >= 0) over += row[at + static_cast<size_t>(cells.over)];
    if (cells.under >= 0) under += row[at + static_cast<size_t>(cells.under)];
    if (cells.sum >= 0) sum += units_at(row, at + static_cast<size_t>(cells.sum));
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

double time_since(const FeaturePlace& place, Row row, int64_t now) {
  if (row.empty() || row[place.newest] == 0) return kMissing;
  int64_t newest = time_of_word(row[place.newest]);
  int64_t clock = std::max(now, newest);
  return in_window(place, newest, clock) ? static_cast<double>(clock - newest) / 1e6 : kMissing;
}

std::string_view copied(std::string_view text, std::pmr::memory_resource& arena) {
  auto* bytes = static_cast<char*>(arena.allocate(std::max<size_t>(text.size(), 1), 1));
  std::copy(text.begin(), text.end(), bytes);
  return {bytes, text.size()};
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

Datum last(const FeaturePlace& place, Row row, int64_t now, const NameSource& names, std::pmr::memory_resource& arena) {
  auto directory = row.empty() ? Directory{} : Directory::of(row[place.directory]);
  uint32_t most = std::min(directory.used, place.size);
  if (most == 0) return Datum::of(std::span<const ListEntry>{});
  int64_t clock = clock_of(place, row, now);
  auto* list = static_cast<ListEntry*>(arena.allocate(sizeof(ListEntry) * most, alignof(ListEntry)));
  size_t size = 0;
  for (uint32_t i = directory.used; size < most; ++size) {
    size_t at = directory.offset + --i * place.stride;
    if (!in_window(place, static_cast<int64_t>(row[at]), clock)) break;
    new (list + size) ListEntry(entry_of(place, row[at + 1], names, arena));
  }
  return Datum::of(std::span<const ListEntry>(list, size));
}

// The oldest pane the window still covers; false if it covers none.
bool oldest_pane(const FeaturePlace& place, Row row, int64_t clock, int64_t& oldest) {
  if (place.function == Function::TimeSince) {
    oldest = floor_div(time_of_word(row[place.newest]), place.pane);
    return row[place.newest] != 0 && in_window(place, time_of_word(row[place.newest]), clock);
  }
  auto directory = Directory::of(row[place.directory]);
  bool list = place.function == Function::Last;
  uint32_t most = list ? std::min(directory.used, place.size) : directory.used;
  bool found = false;
  for (uint32_t i = 1; i <= most; ++i) {
    auto key = static_cast<int64_t>(row[directory.offset + (directory.used - i) * place.stride]);
    int64_t pane = list ? floor_div(key, place.pane) : key;
    if (pane <= floor_div(clock, place.pane) - place.panes) break;
    oldest = pane;
    found = true;
  }
  return found;
}

}  // namespace

std::span<const View> Plan::views() const { return compiled_->views; }
int Plan::view_of(int feature) const { return compiled_->places[static_cast<size_t>(feature)].view; }

bool Plan::reads(int event_type) const {
  const TypeProgram& program = compiled_->types[static_cast<size_t>(event_type)];
  return !program.views.empty() || !program.together.empty();
}
bool Plan::needs_item_attributes(int event_type) const {
  return compiled_->types[static_cast<size_t>(event_type)].needs_item_attributes;
}
bool Plan::needs_user_attributes(int event_type) const {
  return compiled_->types[static_cast<size_t>(event_type)].needs_user_attributes;
}

bool Plan::needs_item_id(int event_type) const {
  return compiled_->types[static_cast<size_t>(event_type)].needs_item_id;
}

double Plan::number(int feature, Row row, Timestamp now) const {
  const FeaturePlace& place = compiled_->places[static_cast<size_t>(feature)];
  switch (place.function) {
    case Function::Count:
      return static_cast<double>(totals_of(place, row, micros(now)).count);
    case Function::Sum:
      return value_of(totals_of(place, row, micros(now)).sum);
    case Function::Avg:
      return average(totals_of(place, row, micros(now)));
    case Function::Rate:
      return rate(place, totals_of(place, row, micros(now)));
    case Function::DecayedCount:
    case Function::DecayedSum:
      return decayed(place, row, micros(now));
    case Function::TimeSince:
      return time_since(place, row, micros(now));
    default:
      return kMissing;
  }
}

Datum Plan::value(int feature, uint64_t key, Row row, Timestamp now, const RowReader& rows, const NameSource& names,
                  std::pmr::memory_resource& arena) const {
  const FeaturePlace& place = compiled_->places[static_cast<size_t>(feature)];
  if (place.function == Function::Last) return last(place, row, micros(now), names, arena);
  if (place.together >= 0)
    return compiled_->together[static_cast<size_t>(place.together)].value(key, row, now, rows, names, arena);
  double x = number(feature, row, now);
  return std::isnan(x) ? Datum() : Datum::of(x);
}

double Plan::together_score(int feature, uint32_t anchor, uint32_t of, Timestamp now, const RowReader& rows,
                            std::pmr::memory_resource& arena) const {
  const FeaturePlace& place = compiled_->places[static_cast<size_t>(feature)];
  return compiled_->together[static_cast<size_t>(place.together)].score(anchor, of, now, rows, arena);
}

double Plan::order_key(int feature, Row row) const {
  const FeaturePlace& place = compiled_->places[static_cast<size_t>(feature)];
  double none = -std::numeric_limits<double>::infinity();
  if (row.empty() || row[place.at + 1] == 0) return none;
  double value = std::bit_cast<double>(row[place.at]);
  if (!(value > 0)) return none;
  int exponent = 0;
  double mantissa = std::frexp(value, &exponent);
  return static_cast<double>(time_of_word(row[place.at + 1]) + exponent) +
         base::log(mantissa) * 1.4426950408889634;  // 1 / ln 2
}

Timestamp Plan::changes_after(int feature, Row row, Timestamp now) const {
  const FeaturePlace& place = compiled_->places[static_cast<size_t>(feature)];
  if (row.empty()) return Timestamp::max();
  if (place.together >= 0) return now;
  if (place.function == Function::DecayedCount || place.function == Function::DecayedSum)
    return row[place.at + 1] == 0 ? Timestamp::max() : now;
  int64_t clock = clock_of(place, row, micros(now));
  int64_t oldest = 0;
  bool windowed = place.pane != 0 && oldest_pane(place, row, clock, oldest);
  if (place.function == Function::TimeSince)
    return row[place.newest] != 0 && (place.pane == 0 || windowed) ? now : Timestamp::max();
  return windowed ? from_micros((oldest + place.panes) * place.pane - 1) : Timestamp::max();
}

uint64_t Plan::bytes_per_key_max(int view) const {
  auto v = static_cast<uint32_t>(view);
  for (const Together& together : compiled_->together) {
    if (together.views().neighbours == v) return 8 * together.neighbour_words_max();
    if (together.views().history == v) return 8 * together.history_words_max();
    if (together.views().count == v) return 8 * uint64_t{4};
  }
  return 8 * compiled_->layouts[v].words_max();
}

}  // namespace augury::feature
