#include "feature/testing/random_cases.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "base/check.h"

namespace augury::feature {
namespace {

using namespace std::chrono_literals;
using base::Random;
using definition::Aggregation;
using definition::App;
using definition::Attribute;
using definition::Datum;
using definition::Expression;
using definition::Feature;
using definition::Function;
using definition::KeyPart;
using definition::Operand;
using definition::Reference;
using definition::Text;
using definition::Type;
using definition::Window;

constexpr int64_t kStart = 1'750'000'000'000'000;
enum EventIndex { kView, kClick, kPurchase, kImpression };
enum AttributeIndex { kCategory, kBrand, kInStock, kPrice };
constexpr const char* kWords[] = {"", "red", "green", "blue", "black", "white"};
constexpr KeyPart kUser{KeyPart::Kind::User, -1};
constexpr KeyPart kItem{KeyPart::Kind::Item, -1};
constexpr KeyPart kSession{KeyPart::Kind::Session, -1};
constexpr KeyPart kByCategory{KeyPart::Kind::ItemAttribute, kCategory};
constexpr KeyPart kByInStock{KeyPart::Kind::ItemAttribute, kInStock};
constexpr KeyPart kEveryone{KeyPart::Kind::Everyone, -1};

const std::vector<std::vector<KeyPart>>& all_keys() {
  static const std::vector<std::vector<KeyPart>> keys = {
      {kUser}, {kItem}, {kSession}, {kByCategory}, {kByInStock}, {kEveryone}, {kUser, kItem}, {kUser, kByCategory}};
  return keys;
}

App shop() {
  App app;
  app.name = "shop";
  app.item_attributes = {
      {"category", Type::Text}, {"brand", Type::Text}, {"in_stock", Type::Boolean}, {"price", Type::Number}};
  app.user_attributes = {{"country", Type::Text}};
  app.events = {{"view", true, true, {{"dwell", Type::Number}, {"label", Type::Text}, {"deep", Type::Boolean}}},
                {"click", true, true, {{"dwell", Type::Number}}},
                {"purchase", true, true, {{"price", Type::Number}, {"quantity", Type::Number}}},
                {"impression", true, true, {}}};
  return app;
}

const char* type_of_field(const std::string& field) {
  if (field == "label") return "label";
  return field == "deep" ? "deep" : "number";
}

// What a condition over the shop's events may name.
Expression::Names condition_names() {
  Expression::Names names;
  names.resolve = [](std::string_view name) -> std::optional<Reference> {
    const std::pair<const char*, Type> fields[] = {{"view.dwell", Type::Number},
                                                   {"view.label", Type::Text},
                                                   {"view.deep", Type::Boolean},
                                                   {"click.dwell", Type::Number},
                                                   {"purchase.price", Type::Number}};
    for (const auto& [field, type] : fields)
      if (name == field) return Reference{Reference::Kind::EventField, field, -1, type};
    const std::pair<const char*, Type> attributes[] = {{"item.category", Type::Text},
                                                       {"item.brand", Type::Text},
                                                       {"item.in_stock", Type::Boolean},
                                                       {"item.price", Type::Number}};
    for (int i = 0; i < 4; ++i)
      if (name == attributes[i].first)
        return Reference{Reference::Kind::ItemAttribute, attributes[i].first, i, attributes[i].second};
    if (name == "item") return Reference{Reference::Kind::Item, "item", -1, Type::Text};
    if (name == "user.country") return Reference{Reference::Kind::UserAttribute, "user.country", 0, Type::Text};
    if (name == "context.device") return Reference{Reference::Kind::ContextField, "device", -1, Type::Text};
    return std::nullopt;
  };
  names.names = [] { return std::vector<std::string>{"item.price"}; };
  names.done = [](std::string_view, std::optional<Duration>) {
    return Result<Reference>(Error{Code::Invalid, "no done here"});
  };
  return names;
}

Expression random_condition(Random& random) {
  static const std::vector<Expression> all = [] {
    std::vector<Expression> compiled;
    for (const char* text : {"item.in_stock", "item.price > 20", "view.dwell > 10", "item.category == \"red\"",
                             "context.device == \"blue\"", "user.country == \"red\" or item.price < 30",
                             "not view.deep", "item != \"item2\""}) {
      auto expression = Expression::compile(text, condition_names());
      AUGURY_CHECK(expression.has_value());
      compiled.push_back(*expression);
    }
    return compiled;
  }();
  return all[random.below(all.size())];
}

// Widths that divide a window into few or many panes; a pane need not be a whole number of seconds.
Window random_window(Random& random) {
  static const std::vector<Duration> panes = {1s, 5s, 15s, 1min, 5min, 15min, 1h, 6h, 1500ms, 7s};
  auto pane = panes[random.below(panes.size())];
  return {pane * random.between(1, random.chance(0.2) ? 60 : 12), pane};
}

std::vector<int> random_events(Random& random) {
  static const std::vector<std::vector<int>> choices = {{kView},       {kClick},        {kPurchase},
                                                        {kImpression}, {kView, kClick}, {kView, kClick, kPurchase}};
  return choices[random.below(choices.size())];
}

Operand random_operand(Random& random, Function function, const std::vector<int>& events) {
  Operand operand;
  if (definition::gives_list(function)) {
    static constexpr uint64_t kNamed[] = {0, 2, 5};  // What top counts has a name.
    switch (function == Function::Top ? kNamed[random.below(3)] : random.below(6)) {
      case 0:
        return {Operand::Kind::ItemAttribute, "", kCategory, Type::Text};
      case 1:
        return {Operand::Kind::ItemAttribute, "", kPrice, Type::Number};
      case 2:
        if (events[0] == kView) return {Operand::Kind::Field, "label", -1, Type::Text};
        break;
      case 3:
        if (events[0] == kView) return {Operand::Kind::Field, "deep", -1, Type::Boolean};
        break;
      case 4:
        if (events[0] == kView) return {Operand::Kind::Field, "dwell", -1, Type::Number};
        break;
      default:
        break;
    }
    return {Operand::Kind::Item, "", -1, Type::Text};
  }
  if (random.chance(0.2)) return {Operand::Kind::ItemAttribute, "", kPrice, Type::Number};
  if (events[0] == kPurchase) return {Operand::Kind::Field, "price", -1, Type::Number};
  if (events[0] == kImpression) return {Operand::Kind::ItemAttribute, "", kPrice, Type::Number};
  return {Operand::Kind::Field, "dwell", -1, Type::Number};
}

Duration random_half_life(Random& random) {
  static const std::vector<Duration> all = {10s, 15min, 1h, 24h * 7, 1500ms};
  return all[random.below(all.size())];
}

Aggregation random_together(Random& random) {
  Aggregation what;
  what.function = Function::Together;
  what.operand = {Operand::Kind::Item, "", -1, Type::Text};
  what.by = {kItem};
  what.events = random_events(random);
  what.size = static_cast<int>(random.between(1, 12));
  what.half_life = what.together.half_life = random_half_life(random) * 20;
  if (random.chance(0.5)) what.together.pair_half_life = random_half_life(random);
  what.together.history = static_cast<int>(random.between(1, 6));
  what.together.decay = random.chance(0.3) ? 1 : 0.7;
  what.together.backward = random.chance(0.3) ? 0 : 0.3;
  what.together.norm = random.chance(0.5) ? 0.5 : 0.25;
  return what;
}

bool windowed(Function function) {
  return function != Function::DecayedCount && function != Function::DecayedSum && function != Function::Together;
}

constexpr Function kFunctions[] = {
    Function::Count,     Function::Sum,          Function::Avg,        Function::Min, Function::Max,
    Function::Variance,  Function::Stddev,       Function::Rate,       Function::Top, Function::Last,
    Function::First,     Function::DecayedCount, Function::DecayedSum, Function::Gap, Function::TimeSince,
    Function::FirstTime, Function::LastTime,     Function::Together};

Aggregation random_aggregation(Random& random) {
  Aggregation what;
  what.function = kFunctions[random.below(std::size(kFunctions))];
  bool where = random.chance(0.5);
  if (what.function == Function::Together) {
    what = random_together(random);
    if (where) what.where = random_condition(random);
    return what;
  }
  what.events = random_events(random);
  if (what.function == Function::Rate) {
    what.denominator = random_events(random);
    if (random.chance(0.6)) what.prior = 0.02, what.prior_weight = random.chance(0.2) ? 0 : 50;
  }
  if (definition::takes_operand(what.function)) what.operand = random_operand(random, what.function, what.events);
  if (definition::gives_list(what.function)) what.size = static_cast<int>(random.between(1, 9));
  if (!windowed(what.function)) what.half_life = random_half_life(random);
  if (windowed(what.function) && random.chance(0.6)) what.window = random_window(random);
  if (where) what.where = random_condition(random);
  what.by = all_keys()[random.below(all_keys().size())];
  return what;
}

Datum text_datum(uint64_t number) {
  return number == 0 ? Datum() : Datum::of(Text{kWords[number], static_cast<uint32_t>(number)});
}

double random_amount(Random& random) {
  switch (random.below(6)) {
    case 0:
      return static_cast<double>(random.between(-1'000'000'000, 1'000'000'000));
    case 1:
      return static_cast<double>(random.between(-40, 40)) * 0.5e-6;
    case 2:
      return random.uniform() * 1e-5;
    case 3:
      return 0;
    default:
      return std::round(random.uniform() * 10000) / 100;
  }
}

Datum random_number(Random& random) { return random.chance(0.15) ? Datum() : Datum::of(random_amount(random)); }

// Times of one case: bursts, quiet periods, and events that come late.
class Times {
 public:
  Times(Random& random) : random_(random), step_(kSteps[random.below(std::size(kSteps))]) {}
  int64_t next() {
    if (random_.chance(0.03)) newest_ += static_cast<int64_t>(random_.below(static_cast<uint64_t>(step_) * 400));
    newest_ += static_cast<int64_t>(random_.below(static_cast<uint64_t>(step_)));
    int64_t t = newest_;
    if (random_.chance(0.25)) t -= static_cast<int64_t>(random_.below(static_cast<uint64_t>(step_) * 60));
    if (random_.chance(0.2)) t -= t % 1'000'000;  // On the edge of panes, and equal times.
    return t;
  }
  int64_t any_now() {
    int64_t now = newest_ + random_.between(-step_ * 40, step_ * 40);
    if (random_.chance(0.1)) now += step_ * static_cast<int64_t>(random_.below(4000));
    if (random_.chance(0.2)) now = newest_;
    return random_.chance(0.2) ? now - now % 1'000'000 : now;
  }

 private:
  static constexpr int64_t kSteps[] = {400'000, 3'000'000, 60'000'000, 1'800'000'000};
  Random& random_;
  int64_t step_;
  int64_t newest_ = kStart;
};

RecordedEvent random_event(Random& random, const App& app, Times& times, uint64_t sequence, uint32_t items) {
  RecordedEvent event;
  event.sequence = sequence;
  event.at = from_micros(times.next());
  event.type = static_cast<int>(random.below(app.events.size()));
  event.user = static_cast<uint32_t>(random.chance(0.1) ? 0 : random.between(1, 3));
  event.item = static_cast<uint32_t>(random.chance(0.05) ? 0 : random.between(1, items));
  if (event.item != 0) event.item_id = "item" + std::to_string(event.item);
  event.session = static_cast<uint32_t>(random.chance(0.3) ? 0 : random.between(1, 3));
  for (const Attribute& field : app.events[static_cast<size_t>(event.type)].fields) {
    std::string kind = type_of_field(field.name);
    if (kind == "label") event.fields.push_back(text_datum(random.below(6)));
    if (kind == "deep") event.fields.push_back(random.chance(0.2) ? Datum() : Datum::of(random.chance(0.5)));
    if (kind == "number") event.fields.push_back(random_number(random));
  }
  if (!random.chance(0.1)) {
    bool unknown = random.chance(0.1);
    event.item_attributes = {text_datum(random.below(5)), text_datum(random.below(6)),
                             unknown ? Datum() : Datum::of(random.chance(0.5)), random_number(random)};
  }
  event.user_attributes = {text_datum(random.below(6))};
  if (random.chance(0.7)) event.context.push_back({"device", text_datum(random.below(6))});
  return event;
}

AskedKey random_key(Random& random, const Aggregation& what, uint32_t items) {
  AskedKey key;
  for (const KeyPart& part : what.by) {
    uint32_t most = 3;
    if (part.kind == KeyPart::Kind::Everyone) most = 0;
    if (part.kind == KeyPart::Kind::Item) most = items;
    if (part == kByCategory) most = 4;
    if (part == kByInStock) most = 2;
    key.push_back(most == 0 ? 0 : static_cast<uint32_t>(random.between(1, most)));
  }
  return key;
}

std::vector<Question> random_questions(Random& random, const App& app, Times& times, uint32_t items, size_t count) {
  std::vector<Question> questions;
  for (size_t i = 0; i < count; ++i) {
    auto feature = static_cast<int>(random.below(app.features.size()));
    const auto& what = *app.features[static_cast<size_t>(feature)].aggregation();
    questions.push_back({feature, random_key(random, what, items), from_micros(times.any_now())});
  }
  return questions;
}

std::string_view function_name(Function function) { return definition::to_string(function); }

std::string by_text(const std::vector<KeyPart>& by) {
  const std::pair<KeyPart::Kind, const char*> names[] = {{KeyPart::Kind::User, "user"},
                                                         {KeyPart::Kind::Item, "item"},
                                                         {KeyPart::Kind::Session, "session"},
                                                         {KeyPart::Kind::ItemAttribute, "item."},
                                                         {KeyPart::Kind::Everyone, "everyone"}};
  std::string text;
  for (const KeyPart& part : by)
    for (const auto& [kind, name] : names)
      if (kind == part.kind) {
        text += (text.empty() ? "" : ",") + std::string(name);
        if (part == kByCategory) text += "text";
        if (part == kByInStock) text += "flag";
      }
  return text;
}

std::string row_text(Function function, const std::vector<KeyPart>& by, bool window, bool where) {
  return std::string(function_name(function)) + " by " + by_text(by) + (window ? " over" : "") +
         (where ? " where" : "");
}

bool near(double a, double b, double scale, double tolerance) { return std::fabs(a - b) <= tolerance * scale + 1e-280; }

// What is fainter may be there or not: it depends on how often it was rounded.
constexpr double kFaintest = 1e-280;

void drop_faint(AskedValue& expected, Datum& found) {
  while (!expected.list.empty() && expected.list.back().second <= kFaintest) expected.list.pop_back();
  if (found.kind != Datum::Kind::List) return;
  while (!found.list.empty() && found.list.back().weight <= kFaintest)
    found.list = found.list.first(found.list.size() - 1);
}

std::string list_difference(AskedValue expected, Datum found, double tolerance) {
  if (tolerance > 0) drop_faint(expected, found);
  std::ostringstream out;
  out.precision(17);
  bool same = found.kind == Datum::Kind::List && found.list.size() == expected.list.size();
  for (size_t i = 0; same && i < expected.list.size(); ++i) {
    const auto& [name, weight] = expected.list[i];
    same = near(weight, found.list[i].weight, std::fabs(weight), tolerance);
    // Scores that agree to the tolerance may change places.
    bool tied =
        tolerance > 0 && ((i > 0 && near(expected.list[i - 1].second, weight, weight, 1e-8)) ||
                          (i + 1 < expected.list.size() && near(expected.list[i + 1].second, weight, weight, 1e-8)) ||
                          i + 1 == expected.list.size());
    same = same && (tied || found.list[i].id == name);
  }
  if (same) return {};
  out << "expected [";
  for (const auto& [name, weight] : expected.list) out << name << ":" << weight << " ";
  out << "], found [";
  if (found.kind == Datum::Kind::List)
    for (const auto& entry : found.list) out << entry.id << ":" << entry.weight << " ";
  out << "]";
  return out.str();
}

}  // namespace

uint64_t case_seed() {
  const char* seed = std::getenv("AUGURY_SEED");
  return seed ? std::strtoull(seed, nullptr, 10) : 20260124;
}

RandomCase random_case(uint64_t seed, uint64_t number) {
  Random random(base::mix(seed) ^ base::mix(number + 1));
  RandomCase made;
  made.app = shop();
  auto features = static_cast<size_t>(random.between(2, 14));
  for (size_t i = 0; i < features; ++i) {
    Feature feature;
    feature.name = "f" + std::to_string(i);
    feature.what = random_aggregation(random);
    made.app.features.push_back(std::move(feature));
  }
  auto items = static_cast<uint32_t>(random.between(2, random.chance(0.2) ? 12 : 5));
  Times times(random);
  auto events = static_cast<uint64_t>(random.between(1, random.chance(0.1) ? 300 : 60));
  made.events_before = random.below(events);
  for (uint64_t i = 0; i < events; ++i) {
    if (i == made.events_before) made.early = random_questions(random, made.app, times, items, 6);
    made.events.push_back(random_event(random, made.app, times, i + 1, items));
  }
  made.questions = random_questions(random, made.app, times, items, 20);
  return made;
}

std::string compare(const Aggregation& what, const AskedValue& expected, const Datum& found) {
  if (definition::gives_list(what.function))
    return list_difference(expected, found, what.function == Function::Together ? 1e-9 : 0);
  if (expected.missing && found.missing()) return {};
  bool decays = what.function == Function::DecayedCount || what.function == Function::DecayedSum;
  bool time = what.function == Function::FirstTime || what.function == Function::LastTime;
  bool number = found.kind == (time ? Datum::Kind::Time : Datum::Kind::Number);
  double x = found.as_number();
  if (!expected.missing && number && decays && near(expected.number, x, expected.scale, 1e-9)) return {};
  if (!expected.missing && number && !decays && expected.number == x) return {};
  std::ostringstream out;
  out.precision(17);
  out << "expected ";
  expected.missing ? out << "nothing" : out << expected.number;
  out << ", found ";
  number ? out << x : out << "nothing";
  return out.str();
}

uint64_t key_word(const AskedKey& key) { return key.size() == 1 ? row_key(key[0]) : row_key(key[0], key[1]); }

std::string coverage_row(const Aggregation& what) {
  return row_text(what.function, what.by, what.window.has_value(), what.where.has_value());
}

std::vector<std::string> coverage_rows() {
  std::vector<std::string> rows;
  for (Function function : kFunctions)
    for (const auto& by : all_keys())
      for (bool window : {false, true})
        for (bool where : {false, true})
          if (function != Function::Together && (!window || windowed(function)))
            rows.push_back(row_text(function, by, window, where));
  for (bool where : {false, true}) rows.push_back(row_text(Function::Together, {kItem}, false, where));
  return rows;
}

std::string_view CaseNames::name(definition::NameKind kind, uint32_t number) const {
  auto& name = names_[{static_cast<int>(kind), number}];
  if (name.empty()) name = Interpreter::name(kind, number);
  return name;
}

}  // namespace augury::feature
