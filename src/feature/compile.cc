#include <algorithm>
#include <bit>
#include <map>

#include "base/hash.h"
#include "feature/compiled.h"

namespace augury::feature {
namespace {

using definition::Aggregation;
using definition::App;
using definition::Function;
using definition::KeyPart;
using definition::Reference;

constexpr size_t kFeaturesMax = 4096;

bool contains(const std::vector<int>& events, int event) {
  return std::find(events.begin(), events.end(), event) != events.end();
}

std::string key_text(const App& app, const std::vector<KeyPart>& by) {
  std::string text = view_name(app, by);
  for (const KeyPart& part : by)
    if (part.kind == KeyPart::Kind::ItemAttribute)
      text += " " + std::string(definition::to_string(app.item_attributes[static_cast<size_t>(part.attribute)].type));
  return text;
}

std::string exact(double x) { return std::to_string(std::bit_cast<uint64_t>(x)); }

// Builds a Compiled from the definitions of an App.
class Compiler {
 public:
  Compiler(const App& app, const PlanOptions& options) : app_(app), options_(options) {}

  Result<std::unique_ptr<const Plan::Compiled>> compile() {
    if (app_.features.size() > kFeaturesMax)
      return Error{Code::Exhausted, "app '" + app_.name + "' has " + std::to_string(app_.features.size()) +
                                        " features; at most 4,096 fit one plan, move some to another app"};
    out_->places.resize(app_.features.size());
    for (size_t i = 0; i < app_.features.size(); ++i)
      if (const auto* what = app_.features[i].aggregation()) add_to_view(static_cast<int>(i), *what);
    for (size_t v = 0; v < out_->layouts.size(); ++v) AUGURY_TRY_VOID(finish_view(v));
    for (size_t i = 0; i < app_.features.size(); ++i)
      if (const auto* what = app_.features[i].aggregation()) find_place(static_cast<int>(i), *what);
    tell_equal_views_apart();
    for (size_t i = 0; i < app_.features.size(); ++i)
      if (const auto* pull = app_.features[i].pull()) {
        out_->places[i].together = out_->places[static_cast<size_t>(pull->together)].together;
        out_->places[i].pull = static_cast<int>(out_->pulls.size());
        out_->pulls.push_back(*pull);
      }
    for (size_t e = 0; e < app_.events.size(); ++e) add_type(static_cast<int>(e));
    for (ViewLayout& layout : out_->layouts)
      for (Group& group : layout.groups) group.sample = nullptr;
    return std::unique_ptr<const Plan::Compiled>(std::move(out_));
  }

 private:
  void add_to_view(int feature, const Aggregation& what) {
    if (what.function == Function::Together) return;
    size_t v = 0;
    while (v < out_->views.size() && out_->views[v].by != what.by) ++v;
    if (v == out_->views.size()) {
      out_->views.push_back({view_name(app_, what.by), what.by, 0, {}});
      out_->layouts.emplace_back().top_values_max = static_cast<uint32_t>(options_.top_values_max);
    }
    out_->views[v].features.push_back(feature);
    out_->places[static_cast<size_t>(feature)].view = static_cast<int>(v);
    claim(out_->layouts[v], app_, what);
  }

  Result<void> finish_view(size_t v) {
    ViewLayout& layout = out_->layouts[v];
    View& view = out_->views[v];
    AUGURY_TRY_VOID(settle(layout, view.name));
    for (Group& group : layout.groups) group.condition = condition_of(*group.sample);
    view.fingerprint = fingerprint("by " + key_text(app_, view.by) + "\n" + shape_text(layout));
    return {};
  }

  // Two together features over the same events may keep equal histories, or all but their norm: the rows are equal
  // then, and a view's number among its equals names which are whose.
  void tell_equal_views_apart() {
    std::map<uint64_t, int> seen;
    for (View& view : out_->views)
      if (int before = seen[view.fingerprint]++; before > 0)
        view.fingerprint = base::hash64(std::to_string(view.fingerprint) + " number " + std::to_string(before));
  }

  static uint64_t fingerprint(const std::string& shape) {
    return base::hash64("rows " + std::to_string(kRowFormat) + "\n" + shape);
  }

  int condition_of(const Aggregation& what) {
    if (!what.where) return -1;
    for (size_t i = 0; i < out_->conditions.size(); ++i)
      if (out_->conditions[i].text() == what.where->text()) return static_cast<int>(i);
    out_->conditions.push_back(*what.where);
    return static_cast<int>(out_->conditions.size() - 1);
  }

  void find_place(int feature, const Aggregation& what) {
    FeaturePlace& place = out_->places[static_cast<size_t>(feature)];
    if (what.function == Function::Together) return add_together(feature, what);
    int view = place.view;
    place = place_of(out_->layouts[static_cast<size_t>(view)], app_, what);
    place.view = view;
  }

  void add_together(int feature, const Aggregation& what) {
    const auto& name = app_.features[static_cast<size_t>(feature)].name;
    auto view = [&](const std::string& suffix, KeyPart::Kind by, const std::string& shape) {
      out_->views.push_back({"together " + name + suffix, {KeyPart{by, -1}}, fingerprint(shape), {}});
      out_->layouts.emplace_back();
      return static_cast<uint32_t>(out_->views.size() - 1);
    };
    const auto& options = what.together;
    std::string counted = "together " + group_text(app_, what) + " half_life " +
                          std::to_string((options.half_life.count() > 0 ? options.half_life : what.half_life).count());
    std::string met = counted + " pair " + std::to_string(options.pair_half_life.value_or(Duration{}).count()) +
                      " history " + std::to_string(options.history) + " decay " + exact(options.decay) + " backward " +
                      exact(options.backward) + " kept " + std::to_string(options.neighbours);
    Together::Views views;
    views.neighbours = view("", KeyPart::Kind::Item, met + " neighbours");
    views.count = view(" count", KeyPart::Kind::Item, counted + " count");
    views.history = view(" history", KeyPart::Kind::User,
                         "together " + group_text(app_, what) + " history " + std::to_string(options.history));
    out_->views[views.neighbours].features.push_back(feature);
    FeaturePlace& place = out_->places[static_cast<size_t>(feature)];
    place.function = Function::Together;
    place.view = static_cast<int>(views.neighbours);
    place.together = static_cast<int>(out_->together.size());
    out_->together.emplace_back(what, views, condition_of(what));
  }

  void add_type(int event) {
    const auto& type = app_.events[static_cast<size_t>(event)];
    TypeProgram program;
    program.name = type.name;
    for (const auto& field : type.fields) program.fields.push_back(field.name);
    for (size_t v = 0; v < out_->layouts.size(); ++v) add_view_update(program, event, v);
    for (const auto& feature : app_.features) {
      const auto* what = feature.aggregation();
      if (!what || !(contains(what->events, event) || contains(what->denominator, event))) continue;
      note_needs(program, *what);
      if (what->function != Function::Together) continue;
      int index = out_->places[static_cast<size_t>(&feature - app_.features.data())].together;
      program.together.push_back(static_cast<uint32_t>(index));
    }
    out_->types.push_back(std::move(program));
  }

  void add_view_update(TypeProgram& program, int event, size_t v) {
    const ViewLayout& layout = out_->layouts[v];
    ViewUpdate update;
    update.view = static_cast<uint32_t>(v);
    update.expected = layout.fixed;
    for (uint32_t g = 0; g < layout.groups.size(); ++g) {
      const Group& group = layout.groups[g];
      const Aggregation& what = *group.sample;
      GroupUpdate one;
      one.group = g;
      if (contains(what.events, event)) one.roles |= what.function == Function::Rate ? kOver : kCounts;
      if (what.function == Function::Rate && contains(what.denominator, event)) one.roles |= kUnder;
      if (one.roles == 0) continue;
      auto field = std::find(program.fields.begin(), program.fields.end(), what.operand.field);
      if (field != program.fields.end()) one.field = static_cast<int>(field - program.fields.begin());
      update.features += group.features;
      for (const Ring& ring : group.rings) update.expected += layout.sections[ring.section].stride;
      for (const LastList& list : group.lists) update.expected += layout.sections[list.section].stride;
      for (const FirstList& list : group.firsts) update.expected += layout.sections[list.section].stride;
      for (const TopTable& top : group.tops) update.expected += layout.sections[top.section].stride;
      update.groups.push_back(one);
    }
    if (!update.groups.empty()) program.views.push_back(std::move(update));
  }

  static void note_needs(TypeProgram& program, const Aggregation& what) {
    for (const KeyPart& part : what.by)
      if (part.kind == KeyPart::Kind::ItemAttribute) program.needs_item_attributes = true;
    if (what.operand.kind == definition::Operand::Kind::ItemAttribute) program.needs_item_attributes = true;
    if (!what.where) return;
    for (const Reference& reference : what.where->references()) {
      if (reference.kind == Reference::Kind::ItemAttribute) program.needs_item_attributes = true;
      if (reference.kind == Reference::Kind::UserAttribute) program.needs_user_attributes = true;
      if (reference.kind == Reference::Kind::Item) program.needs_item_id = true;
    }
  }

  const App& app_;
  const PlanOptions& options_;
  std::unique_ptr<Plan::Compiled> out_ = std::make_unique<Plan::Compiled>();
};

}  // namespace

Result<std::shared_ptr<const Plan>> Plan::compile(const App& app, const PlanOptions& options) {
  AUGURY_TRY(auto compiled, Compiler(app, options).compile());
  return std::shared_ptr<const Plan>(new Plan(std::move(compiled)));
}

Plan::Plan(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
Plan::~Plan() = default;

}  // namespace augury::feature
