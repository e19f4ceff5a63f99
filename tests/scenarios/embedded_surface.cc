#include <charconv>
#include <deque>

#include "augury/engine.h"
#include "scenarios/surface.h"
#include "wire/json_writer.h"

namespace augury::scenarios {
namespace {

struct WriteValue {
  wire::JsonWriter& json;
  void operator()(std::monostate) const { json.null(); }
  void operator()(double x) const { json.value(x); }
  void operator()(bool x) const { json.value(x); }
  void operator()(const std::string& x) const { json.value(x); }
  void operator()(const std::vector<float>& vector) const { json.value(vector); }
  void operator()(const WeightedList& list) const {
    json.begin_array();
    for (const auto& [id, weight] : list) {
      json.begin_object();
      json.member("id", id);
      json.member("weight", weight);
      json.end_object();
    }
    json.end_array();
  }
};

class Embedded : public Surface {
 public:
  std::string name() const override { return "embedded"; }

  Result<void> open(const std::string& app_file, const std::string& data_folder) override {
    AUGURY_TRY(engine_, Engine::open({.app_files = {app_file}, .data_folder = data_folder, .list_every = {}}));
    return {};
  }
  void close() override { engine_.reset(); }

  Result<Outcome> play(const Step& step) override {
    values_.clear();
    texts_.clear();
    for (const auto& [name, text] : step.pairs) values_.push_back({name, value(text)});
    switch (step.kind) {
      case Step::Kind::Event:
        return event(step);
      case Step::Kind::Item:
        return update(EntityKind::Item, step.item, step);
      case Step::Kind::User:
        return update(EntityKind::User, step.user, step);
      case Step::Kind::Ask:
        return ask(step);
      case Step::Kind::Breaker:
        return breaker(step);
      case Step::Kind::Feature:
        return feature(step);
      case Step::Kind::Restart:
        break;
    }
    return Outcome{};
  }

 private:
  Value value(const std::string& text) {
    double number = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem == std::errc{} && end == text.data() + text.size()) return number;
    if (text == "true" || text == "false") return text == "true";
    if (text.find('|') == std::string::npos) return std::string_view(text);
    auto& list = texts_.emplace_back();
    for (std::string_view rest = text;; rest.remove_prefix(rest.find('|') + 1)) {
      list.push_back(rest.substr(0, rest.find('|')));
      if (rest.find('|') == std::string_view::npos) break;
    }
    return Strings(list);
  }

  Result<Outcome> event(const Step& step) {
    Event one{.event = step.verb, .user_id = step.user, .item_id = step.item, .timestamp = step.at, .fields = values_};
    AUGURY_TRY(auto receipt, engine_->ingest({}, {&one, 1}));
    Outcome outcome;
    if (!receipt.refused.empty()) outcome.refused = receipt.refused.front().code;
    return outcome;
  }

  Result<Outcome> update(EntityKind kind, const std::string& id, const Step& step) {
    std::vector<NamedVector> vectors;
    for (const auto& [name, numbers] : step.vectors) vectors.push_back({name, numbers});
    EntityUpdate one{.kind = kind, .id = id, .attributes = values_, .vectors = vectors};
    AUGURY_TRY(auto position, engine_->update({}, {&one, 1}));
    (void)position;
    return Outcome{};
  }

  Result<Outcome> ask(const Step& step) {
    std::vector<std::string_view> exclude(step.exclude.begin(), step.exclude.end());
    std::vector<std::string_view> candidates(step.candidates.begin(), step.candidates.end());
    PredictRequest request{
        .user_id = step.user, .context = values_, .now = step.at, .candidates = candidates, .exclude = exclude};
    if (step.top > 0) request.count = step.top;
    AUGURY_TRY(auto answer, engine_->predict(request));
    Outcome outcome;
    for (const auto& item : answer.items) {
      outcome.items.push_back(item.item_id);
      outcome.explanations.push_back(item.explanation);
    }
    outcome.level = to_string(answer.level);
    outcome.reason = answer.fallback_reason.value_or("");
    outcome.variant = answer.variant.value_or("");
    if (answer.error) outcome.error = answer.error->code;
    return outcome;
  }

  Result<Outcome> breaker(const Step& step) {
    auto mode = step.verb == "open" ? Engine::BreakerMode::Open : Engine::BreakerMode::Auto;
    AUGURY_TRY_VOID(engine_->set_breaker({}, step.name, mode));
    return Outcome{};
  }

  Result<Outcome> feature(const Step& step) {
    std::string_view name = step.verb, user = step.user, item = step.item;
    bool has_user = user != "-" && !user.empty(), has_item = item != "-" && !item.empty();
    AUGURY_TRY(auto table, engine_->features({.user_ids = {&user, has_user ? size_t{1} : 0},
                                              .item_ids = {&item, has_item ? size_t{1} : 0},
                                              .feature_names = {&name, 1},
                                              .context = values_,
                                              .now = step.at}));
    Outcome outcome;
    if (table.cells.size() != 1)
      return Error{Code::Invalid, "expected one value, got " + std::to_string(table.cells.size())};
    wire::JsonWriter json(outcome.value);
    std::visit(WriteValue{json}, table.cells.front().value);
    return outcome;
  }

  std::unique_ptr<Engine> engine_;
  std::vector<NamedValue> values_;
  std::deque<std::vector<std::string_view>> texts_;
};

}  // namespace

std::unique_ptr<Surface> embedded_surface() { return std::make_unique<Embedded>(); }

}  // namespace augury::scenarios
