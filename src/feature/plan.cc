#include "feature/plan.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/math.h"
#include "feature/compiled.h"
#include "feature/moments.h"
#include "feature/readout.h"

namespace augury::feature {
namespace {

using definition::Datum;
using definition::Function;
using Row = std::span<const uint64_t>;

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
  return number_in(compiled_->places[static_cast<size_t>(feature)], row, micros(now));
}

Datum Plan::value(int feature, uint64_t key, Row row, Timestamp now, const RowReader& rows, const NameSource& names,
                  std::pmr::memory_resource& arena) const {
  const FeaturePlace& place = compiled_->places[static_cast<size_t>(feature)];
  switch (place.function) {
    case Function::Top:
    case Function::Last:
    case Function::First:
      return list_in(place, row, micros(now), names, arena);
    case Function::FirstTime:
    case Function::LastTime:
      return time_in(place, row, micros(now));
    default:
      break;
  }
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

PullField Plan::pull(int together, std::span<const PullField::Anchor> anchors, Timestamp now, const RowReader& rows,
                     std::pmr::memory_resource& arena) const {
  const FeaturePlace& place = compiled_->places[static_cast<size_t>(together)];
  const Together& kept = compiled_->together[static_cast<size_t>(place.together)];
  return {kept, anchors, PullField::Loudest::Named, now, rows, arena};
}

PullField Plan::pull(int feature, uint32_t user, Timestamp now, const RowReader& rows,
                     std::pmr::memory_resource& arena) const {
  const FeaturePlace& place = compiled_->places[static_cast<size_t>(feature)];
  const definition::Pull& pull = compiled_->pulls[static_cast<size_t>(place.pull)];
  const Together& kept = compiled_->together[static_cast<size_t>(place.together)];
  auto items = kept.history(user, rows, arena);
  int64_t clock = micros(now);
  for (const auto& item : items) clock = std::max(clock, item.at);
  std::pmr::vector<PullField::Anchor> anchors(&arena);
  double by_rank = 1;
  for (size_t r = 0; r < std::min(items.size(), static_cast<size_t>(pull.size)); ++r, by_rank *= pull.decay) {
    double weight = by_rank;
    if (pull.half_life)
      weight *= base::exp2(-static_cast<double>(clock - items[r].at) / static_cast<double>(pull.half_life->count()));
    anchors.push_back({items[r].item, weight});
  }
  return {kept, anchors, PullField::Loudest::Forgotten, now, rows, arena};
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
