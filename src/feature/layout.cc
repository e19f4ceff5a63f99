#include "feature/layout.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace augury::feature {
namespace {

using definition::Aggregation;
using definition::App;
using definition::Function;
using definition::KeyPart;
using definition::Operand;

std::string names_of(const App& app, const std::vector<int>& events) {
  std::vector<std::string> names;
  for (int event : events) names.push_back(app.events[static_cast<size_t>(event)].name);
  std::sort(names.begin(), names.end());
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

std::string operand_text(const App& app, const Operand& operand) {
  auto type = std::string(definition::to_string(operand.type));
  switch (operand.kind) {
    case Operand::Kind::None:
      return "nothing";
    case Operand::Kind::Item:
      return "item";
    case Operand::Kind::Field:
      return "field " + operand.field + " " + type;
    case Operand::Kind::ItemAttribute:
      return "item." + app.item_attributes[static_cast<size_t>(operand.attribute)].name + " " + type;
  }
  return {};
}

std::string part_name(const App& app, const KeyPart& part) {
  switch (part.kind) {
    case KeyPart::Kind::User:
      return "user";
    case KeyPart::Kind::Item:
      return "item";
    case KeyPart::Kind::Session:
      return "session";
    case KeyPart::Kind::ItemAttribute:
      return "item." + app.item_attributes[static_cast<size_t>(part.attribute)].name;
    case KeyPart::Kind::Everyone:
      return "everyone";
  }
  return {};
}

// Together keeps no operand apart: it is always the item.
bool keeps_operand(Function function) { return definition::takes_operand(function) && function != Function::Together; }

void need_cells(Cells& cells, Function function) {
  switch (function) {
    case Function::Count:
      cells.count = 0;
      break;
    case Function::Sum:
      cells.sum = 0;
      break;
    case Function::Avg:
      cells.count = cells.sum = 0;
      break;
    case Function::Rate:
      cells.over = cells.under = 0;
      break;
    case Function::Min:
      cells.lowest = 0;
      break;
    case Function::Max:
      cells.highest = 0;
      break;
    case Function::Variance:
    case Function::Stddev:
      cells.count = cells.sum = cells.squares = 0;
      break;
    case Function::FirstTime:
      cells.earliest = 0;
      break;
    case Function::Gap:
      cells.count = cells.earliest = 0;
      break;
    default:
      break;
  }
}

void place_cells(Cells& cells) {
  uint8_t next = 0;
  auto place = [&](int8_t& cell, uint8_t words) {
    if (cell >= 0) cell = static_cast<int8_t>(std::exchange(next, next + words));
  };
  for (int8_t* cell : {&cells.count, &cells.over, &cells.under}) place(*cell, 1);
  place(cells.sum, 2);
  cells.more = std::max({cells.highest, cells.lowest, cells.earliest, cells.squares}) >= 0;
  for (int8_t* cell : {&cells.highest, &cells.lowest, &cells.earliest}) place(*cell, 1);
  place(cells.squares, 2);
  cells.words = next;
}

template <typename T, typename Owner>
T& found_or_added(std::vector<T>& all, int64_t Owner::* field, int64_t value) {
  for (T& each : all)
    if (each.*field == value) return each;
  all.emplace_back();
  all.back().*field = value;
  return all.back();
}

Group& group_of(ViewLayout& layout, const App& app, const Aggregation& what) {
  auto text = group_text(app, what);
  for (Group& group : layout.groups)
    if (group.text == text) return group;
  Group group;
  group.text = std::move(text);
  group.sample = &what;
  group.operand = what.operand;
  group.taking = taking_of(what);
  layout.groups.push_back(std::move(group));
  return layout.groups.back();
}

void claim_last(Group& group, const Aggregation& what) {
  if (group.lists.empty()) group.lists.emplace_back();
  LastList& list = group.lists[0];
  auto size = static_cast<uint32_t>(what.size);
  list.size = std::max(list.size, size);
  list.uses.push_back({size, what.window ? what.window->pane.count() : 0, what.window ? what.window->panes() : 0});
}

// The panes of `all` that `what` looks at, made if new.
template <typename T>
T& claim_panes(std::vector<T>& all, const Aggregation& what) {
  int64_t looked_at = what.window ? what.window->panes() : 0;
  T& panes = found_or_added(all, &Panes::pane, what.window ? what.window->pane.count() : 0);
  panes.panes_max = std::max(panes.panes_max, looked_at);
  for (Panes::Use& use : panes.uses)
    if (use.panes == looked_at) return ++use.features, panes;
  panes.uses.push_back({looked_at, 1});
  return panes;
}

void claim_first(Group& group, const Aggregation& what) {
  FirstList& list = claim_panes(group.firsts, what);
  list.size = std::max(list.size, static_cast<uint32_t>(what.size));
}

std::string cells_text(const Cells& cells) {
  std::string text;
  if (cells.count >= 0) text += " count";
  if (cells.over >= 0) text += " over under";
  if (cells.sum >= 0) text += " sum";
  if (cells.highest >= 0) text += " highest";
  if (cells.lowest >= 0) text += " lowest";
  if (cells.earliest >= 0) text += " earliest";
  if (cells.squares >= 0) text += " squares";
  return text;
}

uint32_t add_section(ViewLayout& layout, uint32_t stride, uint64_t capacity) {
  auto entries = static_cast<uint32_t>(std::min<uint64_t>(capacity, Directory::kEntriesMax + 1));
  layout.sections.push_back({0, stride, entries});
  return static_cast<uint32_t>(layout.sections.size() - 1);
}

}  // namespace

uint64_t ViewLayout::words_max() const {
  uint64_t words = fixed;
  for (const Section& section : sections) words += uint64_t{section.stride} * section.capacity_max;
  return words;
}

std::string view_name(const App& app, const std::vector<KeyPart>& by) {
  std::string name;
  for (const KeyPart& part : by) name += (name.empty() ? "" : ",") + part_name(app, part);
  return name;
}

Taking taking_of(const Aggregation& what) {
  if (!keeps_operand(what.function)) return Taking::Nothing;
  bool name = what.operand.kind == Operand::Kind::Item || what.operand.type == definition::Type::Text;
  return name ? Taking::Name : Taking::Amount;
}

std::string group_text(const App& app, const Aggregation& what) {
  std::string text = names_of(app, what.events);
  if (what.function == Function::Rate) text += " / " + names_of(app, what.denominator);
  if (keeps_operand(what.function)) text += " of " + operand_text(app, what.operand);
  if (what.where) text += " where " + what.where->text();
  return text;
}

void claim(ViewLayout& layout, const App& app, const Aggregation& what) {
  Group& group = group_of(layout, app, what);
  ++group.features;
  switch (what.function) {
    case Function::DecayedCount:
    case Function::DecayedSum:
      found_or_added(group.decays, &Decay::half_life, what.half_life.count());
      return;
    case Function::Last:
      return claim_last(group, what);
    case Function::First:
      return claim_first(group, what);
    case Function::Top:
      return void(claim_panes(group.tops, what));
    case Function::TimeSince:
    case Function::LastTime:  // The group's newest time says it all.
    case Function::Together:
      return;
    default:
      need_cells(what.window ? claim_panes(group.rings, what).cells : group.totals, what.function);
  }
}

namespace {

void settle_sections(ViewLayout& layout, Group& group) {
  auto by_width = [](const Panes& a, const Panes& b) { return a.pane < b.pane; };
  std::sort(group.rings.begin(), group.rings.end(), by_width);
  std::sort(group.firsts.begin(), group.firsts.end(), by_width);
  std::sort(group.tops.begin(), group.tops.end(), by_width);
  auto panes_of = [](const Panes& panes) { return static_cast<uint64_t>(std::max<int64_t>(panes.panes_max, 1)); };
  for (Ring& ring : group.rings) {
    place_cells(ring.cells);
    // A little more than the window: panes that slid out are purged in one go, not one by one.
    ring.section = add_section(layout, 1u + ring.cells.words, panes_of(ring) + panes_of(ring) / 8 + 1);
  }
  for (LastList& list : group.lists) {
    std::sort(list.uses.begin(), list.uses.end());
    list.section = add_section(layout, 2, list.size);
  }
  for (FirstList& list : group.firsts) list.section = add_section(layout, 2, panes_of(list) * list.size);
  for (TopTable& top : group.tops) top.section = add_section(layout, 3, panes_of(top) * layout.top_values_max);
  group.more_values = !group.firsts.empty() || !group.tops.empty();
}

}  // namespace

Result<void> settle(ViewLayout& layout, const std::string& view) {
  std::sort(layout.groups.begin(), layout.groups.end(), [](auto& a, auto& b) { return a.text < b.text; });
  uint32_t next = 1;
  for (Group& group : layout.groups) {
    group.newest = next++;
    place_cells(group.totals);
    group.totals_at = next;
    next += group.totals.words;
    std::sort(group.decays.begin(), group.decays.end(), [](auto& a, auto& b) { return a.half_life < b.half_life; });
    for (Decay& decay : group.decays) decay.at = next, next += 2;
    settle_sections(layout, group);
  }
  for (Section& section : layout.sections) section.directory = next++;
  layout.fixed = next;
  for (const Section& section : layout.sections)
    if (section.capacity_max > Directory::kEntriesMax)
      return Error{Code::Exhausted, "view '" + view +
                                        "': a window has more than 932,000 panes, or its lists more than a million "
                                        "values; choose wider panes (every) or shorter lists"};
  if (layout.words_max() > Directory::kOffsetMax)
    return Error{Code::Exhausted, "view '" + view + "': one key could take " +
                                      std::to_string(layout.words_max() >> 17) +
                                      " MB, more than 128; choose wider panes (every) or shorter lists"};
  return {};
}

namespace {

const Section* section_of(const ViewLayout& layout, const Group& group, Function function, int64_t pane) {
  auto of_width = [&](const auto& all) -> const Section* {
    for (const Panes& panes : all)
      if (panes.pane == pane) return &layout.sections[panes.section];
    return nullptr;
  };
  if (function == Function::Last) return &layout.sections[group.lists[0].section];
  if (function == Function::First) return of_width(group.firsts);
  return function == Function::Top ? of_width(group.tops) : of_width(group.rings);
}

}  // namespace

FeaturePlace place_of(const ViewLayout& layout, const App& app, const Aggregation& what) {
  auto text = group_text(app, what);
  auto group = std::find_if(layout.groups.begin(), layout.groups.end(), [&](auto& g) { return g.text == text; });
  AUGURY_CHECK(group != layout.groups.end());
  FeaturePlace place;
  place.function = what.function;
  place.newest = group->newest;
  place.at = group->totals_at;
  place.cells = group->totals;
  place.half_life = what.half_life.count();
  place.size = static_cast<uint32_t>(what.size);
  place.has_prior = what.prior.has_value();
  place.prior = what.prior.value_or(0);
  place.prior_weight = what.prior_weight;
  place.operand = what.operand;
  if (what.window) place.pane = what.window->pane.count(), place.panes = what.window->panes();
  for (const Decay& decay : group->decays)
    if (decay.half_life == place.half_life) place.at = decay.at;
  for (const Ring& ring : group->rings)
    if (ring.pane == place.pane) place.cells = ring.cells;
  if (const Section* section = section_of(layout, *group, what.function, place.pane))
    place.directory = section->directory, place.stride = section->stride;
  return place;
}

std::string shape_text(const ViewLayout& layout) {
  std::string text;
  for (const Group& group : layout.groups) {
    text += group.text + "\n totals" + cells_text(group.totals) + "\n";
    for (const Decay& decay : group.decays) text += " decayed " + std::to_string(decay.half_life) + "\n";
    for (const Ring& ring : group.rings)
      text +=
          " ring " + std::to_string(ring.pane) + " x " + std::to_string(ring.panes_max) + cells_text(ring.cells) + "\n";
    for (const LastList& list : group.lists) {
      text += " last " + std::to_string(list.size);
      for (const auto& use : list.uses)
        text += " " + std::to_string(use.size) + ":" + std::to_string(use.pane) + "x" + std::to_string(use.panes);
      text += "\n";
    }
    for (const FirstList& list : group.firsts)
      text += " first " + std::to_string(list.size) + " in " + std::to_string(list.pane) + " x " +
              std::to_string(list.panes_max) + "\n";
    for (const TopTable& top : group.tops)
      text += " top " + std::to_string(layout.top_values_max) + " in " + std::to_string(top.pane) + " x " +
              std::to_string(top.panes_max) + "\n";
  }
  return text;
}

}  // namespace augury::feature
