#include "feature/testing/interpreter.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <memory_resource>
#include <optional>

#include "base/math.h"

namespace augury::feature {
namespace {

using definition::Aggregation;
using definition::App;
using definition::Datum;
using definition::Function;
using definition::KeyPart;
using definition::NameKind;
using definition::Operand;
using definition::Reference;

bool among(const std::vector<int>& events, int type) { return std::count(events.begin(), events.end(), type) > 0; }

class RecordedScope : public definition::Scope {
 public:
  RecordedScope(const App& app, const RecordedEvent& event) : app_(app), event_(event) {}
  Datum value(const Reference& reference) const override {
    auto index = static_cast<size_t>(reference.index);
    if (reference.kind == Reference::Kind::ItemAttribute)
      return index < event_.item_attributes.size() ? event_.item_attributes[index] : Datum();
    if (reference.kind == Reference::Kind::UserAttribute)
      return index < event_.user_attributes.size() ? event_.user_attributes[index] : Datum();
    if (reference.kind == Reference::Kind::ContextField) {
      for (const auto& each : event_.context)
        if (each.name == reference.name || "context." + std::string(each.name) == reference.name) return each.value;
      return {};
    }
    if (reference.kind == Reference::Kind::Item && event_.item != 0)
      return Datum::of(definition::Text{event_.item_id, event_.item});
    if (reference.kind != Reference::Kind::EventField) return {};
    const auto& type = app_.events[static_cast<size_t>(event_.type)];
    for (size_t i = 0; i < type.fields.size(); ++i)
      if (reference.name == type.fields[i].name || reference.name == type.name + "." + type.fields[i].name)
        return event_.fields[i];
    return {};
  }

 private:
  const App& app_;
  const RecordedEvent& event_;
};

std::optional<uint32_t> key_part(const KeyPart& part, const RecordedEvent& event) {
  uint32_t number = 0;
  switch (part.kind) {
    case KeyPart::Kind::Everyone:
      return 0;
    case KeyPart::Kind::User:
      number = event.user;
      break;
    case KeyPart::Kind::Item:
      number = event.item;
      break;
    case KeyPart::Kind::Session:
      number = event.session;
      break;
    case KeyPart::Kind::ItemAttribute:
      if (!event.item_attributes.empty()) {
        const Datum& datum = event.item_attributes[static_cast<size_t>(part.attribute)];
        if (datum.kind == Datum::Kind::Text) number = datum.text.number;
        if (datum.kind == Datum::Kind::Boolean) number = datum.boolean ? 2 : 1;
      }
  }
  return number == 0 ? std::nullopt : std::optional(number);
}

std::string shown(double x) {
  char digits[40];
  return {digits, std::to_chars(digits, digits + sizeof digits, x).ptr};
}

// A counted event: when, what it brought.
struct Counted {
  int64_t t = 0;
  int type = 0;
  double x = 1;
  std::string name;     // For lists.
  uint32_t number = 0;  // Of the name.
};

bool reads_operand(Function function) {
  switch (function) {
    case Function::Count:
    case Function::Rate:
    case Function::DecayedCount:
    case Function::TimeSince:
    case Function::FirstTime:
    case Function::LastTime:
    case Function::Gap:
      return false;
    default:
      return true;
  }
}

bool lists_values(Function function) {
  return function == Function::Last || function == Function::First || function == Function::Top;
}

std::optional<Counted> operand_of(const App& app, const Aggregation& what, const RecordedEvent& event) {
  Counted counted{micros(event.at), event.type, 1, {}, 0};
  if (!reads_operand(what.function)) return counted;
  if (what.operand.kind == Operand::Kind::Item) {
    if (event.item == 0) return std::nullopt;
    counted.name = Interpreter::name(NameKind::Item, event.item);
    counted.number = event.item;
    return counted;
  }
  const Datum* found = nullptr;
  if (what.operand.kind == Operand::Kind::Field) {
    const auto& fields = app.events[static_cast<size_t>(event.type)].fields;
    for (size_t i = 0; i < fields.size(); ++i)
      if (fields[i].name == what.operand.field) found = &event.fields[i];
  } else if (!event.item_attributes.empty()) {
    found = &event.item_attributes[static_cast<size_t>(what.operand.attribute)];
  }
  if (!found) return std::nullopt;
  const Datum& datum = *found;
  if (datum.kind == Datum::Kind::Text && datum.text.number != 0 && lists_values(what.function)) {
    counted.name = Interpreter::name(NameKind::Text, datum.text.number);
    counted.number = datum.text.number;
    return counted;
  }
  if (datum.kind == Datum::Kind::Boolean) {
    counted.x = datum.boolean;
    counted.name = datum.boolean ? "true" : "false";
    return counted;
  }
  if (datum.kind != Datum::Kind::Number || std::isnan(datum.number)) return std::nullopt;
  counted.x = datum.number;
  counted.name = shown(counted.x);
  return counted;
}

int64_t pane_number(int64_t t, int64_t width) {
  int64_t pane = t / width;
  while (pane * width > t) --pane;
  return pane;
}

// Millionths by long division: the double is m * 2^e.
__int128 millionths(double x) {
  int e = 0;
  __int128 m = static_cast<__int128>(std::ldexp(std::frexp(std::fabs(x), &e), 53)) * 1'000'000;
  __int128 odd_half = 0;
  for (e -= 53; e < 0; ++e) {
    // Halve, remembering the last bit dropped and whether any before it was set.
    odd_half = (m & 1) * 2 + (odd_half != 0 ? 1 : 0);
    m /= 2;
  }
  for (; e > 0; --e) m *= 2;
  if (odd_half == 3 || (odd_half == 2 && m % 2 == 1)) ++m;
  return x < 0 ? -m : m;
}

// item-to-item, as the journal tells it.
struct Meetings {
  std::map<uint32_t, std::map<uint32_t, std::vector<std::pair<int64_t, double>>>> c;  // Each (t, w) added.
  std::map<uint32_t, std::vector<int64_t>> n;
  std::map<uint32_t, int64_t> newest_c;  // Of whatever touched an item's neighbours.
};

double faded(int64_t from, int64_t to, int64_t half_life) {
  return base::exp2(-(static_cast<double>(to - from) / static_cast<double>(half_life)));
}

double total(const std::vector<std::pair<int64_t, double>>& added, int64_t clock, int64_t half_life) {
  double sum = 0;
  for (const auto& [t, w] : added) sum += w * faded(t, clock, half_life);
  return sum;
}

class TogetherStory {
 public:
  TogetherStory(const App& app, const Aggregation& what)
      : app_(app), what_(what), half_life_(what.together.half_life.count()) {}

  void add(const RecordedEvent& event) {
    if (!among(what_.events, event.type) || event.user == 0 || event.item == 0) return;
    alignas(16) std::byte room[4096];
    std::pmr::monotonic_buffer_resource arena(room, sizeof room);
    if (what_.where && !what_.where->holds(RecordedScope(app_, event), arena)) return;
    int64_t t = micros(event.at);
    story_.n[event.item].push_back(t);
    auto& history = histories_[event.user];  // Newest first, never cut.
    double rank_weight = 1;
    int met = 0;
    for (const auto& [other, then] : history) {
      if (other == event.item) continue;
      if (met++ == what_.together.history) break;
      double w = rank_weight;
      rank_weight *= what_.together.decay;
      if (what_.together.pair_half_life && t > then) w *= faded(then, t, what_.together.pair_half_life->count());
      meet(other, event.item, t, w);
      if (what_.together.backward > 0) backwards_.push_back({other, what_.together.backward * w});
    }
    for (const auto& [other, w] : backwards_) meet(event.item, other, t, w);
    backwards_.clear();
    std::erase_if(history, [&](const auto& each) { return each.first == event.item; });
    history.insert(history.begin(), {event.item, t});
  }

  double score(uint32_t anchor, uint32_t item, int64_t now) const {
    auto found = story_.c.find(anchor);
    if (found == story_.c.end()) return 0;
    auto added = found->second.find(item);
    if (added == found->second.end()) return 0;
    int64_t clock = std::max({now, story_.newest_c.at(anchor), newest_n(anchor)});
    return total(added->second, clock, half_life_) / (counted(anchor, clock) + 10) /
           base::pow(counted(item, std::max(clock, newest_n(item))) + 10, what_.together.norm);
  }

  double pull(const definition::Pull& pull, uint32_t user, uint32_t item, int64_t now) const {
    auto history = histories_.find(user);
    if (history == histories_.end()) return 0;
    auto kept = std::span(history->second)
                    .first(std::min(history->second.size(), static_cast<size_t>(what_.together.history) + 1));
    int64_t clock = now;
    for (const auto& [_, at] : kept) clock = std::max(clock, at);
    double sum = 0;
    for (size_t r = 0; r < std::min(kept.size(), static_cast<size_t>(pull.size)); ++r) {
      double weight = std::pow(pull.decay, static_cast<double>(r));
      if (pull.half_life) weight *= faded(kept[r].second, clock, pull.half_life->count());
      sum += weight * score(kept[r].first, item, now);
    }
    return sum;
  }

  AskedValue value(uint32_t anchor, int64_t now) const {
    AskedValue value;
    auto found = story_.c.find(anchor);
    if (found == story_.c.end()) return value;
    std::vector<std::pair<double, uint32_t>> scores;
    for (const auto& [item, added] : found->second)
      if (double points = score(anchor, item, now); points > 0) scores.push_back({-points, item});
    std::sort(scores.begin(), scores.end());
    if (scores.size() > static_cast<size_t>(what_.size)) scores.resize(static_cast<size_t>(what_.size));
    for (const auto& [minus, item] : scores) value.list.push_back({Interpreter::name(NameKind::Item, item), -minus});
    return value;
  }

 private:
  void meet(uint32_t a, uint32_t j, int64_t t, double w) {
    auto& newest = story_.newest_c.try_emplace(a, t).first->second;
    newest = std::max(newest, t);
    auto& neighbours = story_.c[a];
    if (w > 0) neighbours[j].push_back({t, w});
    if (neighbours.size() <= static_cast<size_t>(what_.together.neighbours)) return;
    auto lightest = neighbours.end();
    double least = 0;
    for (auto each = neighbours.begin(); each != neighbours.end(); ++each) {
      double weight = total(each->second, newest, half_life_);
      if (lightest == neighbours.end() || weight <= least) lightest = each, least = weight;
    }
    neighbours.erase(lightest);
  }
  int64_t newest_n(uint32_t item) const {
    auto found = story_.n.find(item);
    return found == story_.n.end() ? INT64_MIN : *std::max_element(found->second.begin(), found->second.end());
  }
  double counted(uint32_t item, int64_t clock) const {
    auto found = story_.n.find(item);
    double sum = 0;
    if (found != story_.n.end())
      for (int64_t t : found->second) sum += faded(t, clock, half_life_);
    return sum;
  }

  const App& app_;
  const Aggregation& what_;
  int64_t half_life_;
  Meetings story_;
  std::vector<std::pair<uint32_t, double>> backwards_;
  std::map<uint32_t, std::vector<std::pair<uint32_t, int64_t>>> histories_;
};

// The events a feature counted for a key, and the clock that gives it.
struct Story {
  std::vector<Counted> counted;
  int64_t clock = 0;

  bool visible(const Aggregation& what, int64_t t) const {
    if (!what.window) return true;
    int64_t width = what.window->pane.count();
    return pane_number(t, width) > pane_number(clock, width) - what.window->panes();
  }
};

Story story_of(const App& app, const Aggregation& what, const std::deque<RecordedEvent>& events, const AskedKey& key,
               int64_t now) {
  Story story;
  story.clock = now;
  for (const RecordedEvent& event : events) {
    if (!among(what.events, event.type) && !among(what.denominator, event.type)) continue;
    AskedKey own;
    for (const KeyPart& part : what.by)
      if (auto number = key_part(part, event)) own.push_back(*number);
    if (own != key) continue;
    alignas(16) std::byte room[4096];
    std::pmr::monotonic_buffer_resource arena(room, sizeof room);
    if (what.where && !what.where->holds(RecordedScope(app, event), arena)) continue;
    auto counted = operand_of(app, what, event);
    if (!counted) continue;
    story.clock = std::max(story.clock, counted->t);
    story.counted.push_back(*counted);
  }
  return story;
}

AskedValue missing() { return {true, 0, {}, 0}; }
AskedValue number(double x) { return {false, x, {}, 0}; }

AskedValue sum_or_average(const Aggregation& what, const Story& story) {
  __int128 sum = 0;
  int64_t count = 0;
  for (const Counted& each : story.counted)
    if (story.visible(what, each.t)) sum += millionths(each.x), ++count;
  double value = static_cast<double>(sum) / 1e6;
  if (what.function == Function::Sum) return number(value);
  return count == 0 ? missing() : number(value / static_cast<double>(count));
}

AskedValue extreme(const Aggregation& what, const Story& story) {
  auto value = missing();
  for (const Counted& each : story.counted) {
    if (!story.visible(what, each.t)) continue;
    bool better = what.function == Function::Min ? each.x < value.number : each.x > value.number;
    if (value.missing || better) value = number(each.x);
  }
  return value;
}

// From the distances of all values to their mean, in whole numbers: the n-fold of each, so nothing is rounded.
AskedValue spread(const Aggregation& what, const Story& story) {
  std::vector<__int128> units;
  __int128 sum = 0;
  for (const Counted& each : story.counted)
    if (story.visible(what, each.t)) units.push_back(millionths(each.x)), sum += units.back();
  if (units.empty()) return missing();
  auto n = static_cast<__int128>(units.size());
  __int128 squares = 0;
  for (__int128 u : units) squares += (n * u - sum) * (n * u - sum);
  double variance = static_cast<double>(squares / n) / static_cast<double>(n * n) / 1e12;
  return number(what.function == Function::Stddev ? std::sqrt(variance) : variance);
}

AskedValue rate(const Aggregation& what, const Story& story) {
  double a = 0;
  double b = 0;
  for (const Counted& each : story.counted) {
    if (!story.visible(what, each.t)) continue;
    if (among(what.events, each.type)) ++a;
    if (among(what.denominator, each.type)) ++b;
  }
  if (!what.prior) return b == 0 ? missing() : number(a / b);
  if (a == 0 && b == 0) return number(*what.prior);
  if (b + what.prior_weight == 0) return missing();
  return number((a + *what.prior * what.prior_weight) / (b + what.prior_weight));
}

AskedValue decayed(const Aggregation& what, const Story& story) {
  AskedValue value;
  for (const Counted& each : story.counted) {
    double weight = faded(each.t, story.clock, what.half_life.count());
    value.number += each.x * weight;
    value.scale += std::fabs(each.x) * weight;
  }
  return value;
}

AskedValue last(const Aggregation& what, Story story) {
  std::stable_sort(story.counted.begin(), story.counted.end(), [](auto& a, auto& b) { return a.t < b.t; });
  AskedValue value;
  for (size_t i = story.counted.size(); i-- > 0 && value.list.size() < static_cast<size_t>(what.size);)
    if (story.visible(what, story.counted[i].t)) value.list.push_back({story.counted[i].name, 1});
  return value;
}

AskedValue first(const Aggregation& what, Story story) {
  std::stable_sort(story.counted.begin(), story.counted.end(), [](auto& a, auto& b) { return a.t < b.t; });
  AskedValue value;
  for (size_t i = 0; i < story.counted.size() && value.list.size() < static_cast<size_t>(what.size); ++i)
    if (story.visible(what, story.counted[i].t)) value.list.push_back({story.counted[i].name, 1});
  return value;
}

// The values of one pane as Space-Saving counts them: of `room` counters the least gives way to a new value.
struct Counter {
  uint32_t number = 0;
  std::string name;
  double count = 0;
  double error = 0;
};

void count_value(std::vector<Counter>& counters, size_t room, const Counted& event) {
  for (Counter& counter : counters)
    if (counter.number == event.number) return void(++counter.count);
  Counter fresh{event.number, event.name, 1, 0};
  if (counters.size() == room) {
    auto least = counters.begin();
    for (auto each = counters.begin(); each != counters.end(); ++each)
      if (each->count < least->count || (each->count == least->count && each->number > least->number)) least = each;
    fresh.count += fresh.error = least->count;
    counters.erase(least);
  }
  counters.push_back(fresh);
}

AskedValue top(const Aggregation& what, const Story& story, size_t room) {
  std::map<int64_t, std::vector<Counter>> panes;
  for (const Counted& each : story.counted)
    if (story.visible(what, each.t))
      count_value(panes[what.window ? pane_number(each.t, what.window->pane.count()) : 0], room, each);
  std::map<std::string, double> counts;
  for (const auto& [pane, counters] : panes)
    for (const Counter& counter : counters) counts[counter.name] = 0;
  for (const auto& [pane, counters] : panes) {
    double unseen = 0;
    for (const Counter& one : counters) {
      double least = one.count;
      for (const Counter& other : counters) least = std::min(least, other.count);
      if (one.error > 0) unseen = least;
    }
    for (auto& [name, count] : counts) {
      auto same = [&, &wanted = name](const Counter& counter) { return counter.name == wanted; };
      auto known = std::find_if(counters.begin(), counters.end(), same);
      count += known == counters.end() ? unseen : known->count;
    }
  }
  AskedValue value;
  value.list.assign(counts.begin(), counts.end());  // By bytes.
  std::stable_sort(value.list.begin(), value.list.end(), [](auto& a, auto& b) { return a.second > b.second; });
  if (value.list.size() > static_cast<size_t>(what.size)) value.list.resize(static_cast<size_t>(what.size));
  return value;
}

std::vector<int64_t> visible_times(const Aggregation& what, const Story& story) {
  std::vector<int64_t> times;
  for (const Counted& each : story.counted)
    if (story.visible(what, each.t)) times.push_back(each.t);
  std::sort(times.begin(), times.end());
  return times;
}

AskedValue first_or_last_time(const Aggregation& what, const Story& story) {
  auto times = visible_times(what, story);
  if (times.empty()) return missing();
  return number(static_cast<double>(what.function == Function::FirstTime ? times.front() : times.back()) / 1e6);
}

AskedValue gap(const Aggregation& what, const Story& story) {
  auto times = visible_times(what, story);
  if (times.size() < 2) return missing();
  int64_t all = 0;
  for (size_t i = 1; i < times.size(); ++i) all += times[i] - times[i - 1];
  return number(static_cast<double>(all) / 1e6 / static_cast<double>(times.size() - 1));
}

AskedValue time_since(const Aggregation& what, const Story& story) {
  if (story.counted.empty()) return missing();
  int64_t newest = story.counted[0].t;
  for (const Counted& each : story.counted) newest = std::max(newest, each.t);
  return story.visible(what, newest) ? number(static_cast<double>(story.clock - newest) / 1e6) : missing();
}

}  // namespace

Event RecordedEvent::event() const {
  Event e;
  e.sequence = sequence;
  e.at = at;
  e.type = type;
  e.user = user;
  e.item = item;
  e.session = session;
  e.item_id = item_id;
  e.fields = fields;
  e.item_attributes = item_attributes;
  e.user_attributes = user_attributes;
  e.context = context;
  return e;
}

Interpreter::Interpreter(const App& app, int top_values_max) : app_(app), top_values_max_(top_values_max) {}

void Interpreter::add(RecordedEvent event) { events_.push_back(std::move(event)); }

std::string Interpreter::name(NameKind kind, uint32_t number) {
  return (kind == NameKind::Item ? "item" : "text") + std::to_string(number);
}

double Interpreter::pull(int feature, uint32_t user, uint32_t item, Timestamp now) const {
  const auto& pull = *app_.features[static_cast<size_t>(feature)].pull();
  TogetherStory story(app_, *app_.features[static_cast<size_t>(pull.together)].aggregation());
  for (const RecordedEvent& event : events_) story.add(event);
  return story.pull(pull, user, item, micros(now));
}

AskedValue Interpreter::value(int feature, const AskedKey& key, Timestamp now) const {
  const Aggregation& what = *app_.features[static_cast<size_t>(feature)].aggregation();
  if (what.function == Function::Together) {
    TogetherStory story(app_, what);
    for (const RecordedEvent& event : events_) story.add(event);
    return story.value(key[0], micros(now));
  }
  Story story = story_of(app_, what, events_, key, micros(now));
  switch (what.function) {
    case Function::Count:
      return number(static_cast<double>(std::count_if(story.counted.begin(), story.counted.end(),
                                                      [&](auto& each) { return story.visible(what, each.t); })));
    case Function::Sum:
    case Function::Avg:
      return sum_or_average(what, story);
    case Function::Min:
    case Function::Max:
      return extreme(what, story);
    case Function::Variance:
    case Function::Stddev:
      return spread(what, story);
    case Function::Rate:
      return rate(what, story);
    case Function::DecayedCount:
    case Function::DecayedSum:
      return decayed(what, story);
    case Function::Last:
      return last(what, std::move(story));
    case Function::First:
      return first(what, std::move(story));
    case Function::Top:
      return top(what, story, static_cast<size_t>(top_values_max_));
    case Function::TimeSince:
      return time_since(what, story);
    case Function::FirstTime:
    case Function::LastTime:
      return first_or_last_time(what, story);
    case Function::Gap:
      return gap(what, story);
    default:
      return missing();
  }
}

}  // namespace augury::feature
