#include "api/testing/recording_engine.h"

#include "wire/json_writer.h"

namespace augury::api {
namespace {

struct Print {
  std::string& out;
  void operator()(std::monostate) const { out += "null"; }
  void operator()(double x) const { wire::JsonWriter::append_number(x, out); }
  void operator()(bool x) const { out += x ? "true" : "false"; }
  void operator()(std::string_view x) const { out += x; }
  void operator()(Strings all) const {
    out += '[';
    for (auto x : all) out += std::string(x) + ' ';
    out += ']';
  }
  void operator()(Location at) const {
    out += '(';
    (*this)(at.lat);
    out += ' ';
    (*this)(at.lon);
    out += ')';
  }
};

std::string print(std::span<const NamedValue> values) {
  std::string out;
  for (const auto& [name, value] : values) {
    out += ' ' + std::string(name) + '=';
    std::visit(Print{out}, value);
  }
  return out;
}

std::string join(std::span<const std::string_view> ids) {
  std::string out;
  for (auto id : ids) out += (out.empty() ? "" : ",") + std::string(id);
  return out;
}

}  // namespace

Result<Prediction> RecordingEngine::predict(const PredictRequest& request) {
  std::string call = "predict app=" + std::string(request.app) + " user=" + std::string(request.user_id) +
                     " placement=" + std::string(request.placement);
  if (request.count) call += " count=" + std::to_string(*request.count);
  if (request.now) call += " now=" + std::to_string(micros(*request.now));
  if (request.deadline) call += " deadline=" + std::to_string(request.deadline->count());
  if (!request.candidates.empty()) call += " candidates=" + join(request.candidates);
  if (!request.exclude.empty()) call += " exclude=" + join(request.exclude);
  if (!request.model_variant.empty()) call += " variant=" + std::string(request.model_variant);
  if (request.explain) call += " explain";
  calls.push_back(call + print(request.context));
  return answer;
}

void RecordingEngine::predict(const PredictRequest& request, Resumer&, Answered done) { done(predict(request)); }

Result<EventReceipt> RecordingEngine::ingest(std::string_view app, std::span<const Event> events, Acknowledge ack) {
  calls.push_back("ingest app=" + std::string(app) + " ack=" + std::to_string(static_cast<int>(ack)) +
                  " events=" + std::to_string(events.size()));
  for (const auto& event : events) {
    auto call = "event " + std::string(event.event) + " id=" + std::string(event.event_id) +
                " user=" + std::string(event.user_id) + " item=" + std::string(event.item_id);
    if (event.timestamp) call += " at=" + std::to_string(micros(*event.timestamp));
    calls.push_back(call + print(event.fields));
  }
  return receipt;
}

void RecordingEngine::ingest(std::string_view app, std::span<const Event> events, Acknowledge ack, Taken done) {
  done(ingest(app, events, ack));
}

static std::string text(std::span<const NamedVector> vectors) {
  std::string out;
  for (const auto& vector : vectors) {
    out += " " + std::string(vector.name) + "=(";
    if (!vector.numbers) out += "none";
    for (double x : vector.numbers.value_or(std::span<const double>())) out += std::to_string(x) + " ";
    out += ")";
  }
  return out;
}

Result<Position> RecordingEngine::update(std::string_view app, std::span<const EntityUpdate> updates) {
  for (const auto& one : updates) {
    calls.push_back("update app=" + std::string(app) + " kind=" + (one.kind == EntityKind::Item ? "item" : "user") +
                    " mode=" + std::to_string(static_cast<int>(one.mode)) + " id=" + std::string(one.id) +
                    print(one.attributes) + text(one.vectors));
  }
  return updated;
}

void RecordingEngine::update(std::string_view app, std::span<const EntityUpdate> updates, Updated done) {
  done(update(app, updates));
}

Result<Entity> RecordingEngine::entity(std::string_view, EntityKind, std::string_view id) {
  calls.push_back("entity " + std::string(id));
  return known;
}

Result<FeatureTable> RecordingEngine::features(const FeatureQuery& query) {
  calls.push_back("features users=" + join(query.user_ids) + " items=" + join(query.item_ids) +
                  " names=" + join(query.feature_names));
  return table;
}

Result<Explanation> RecordingEngine::explain(std::string_view app, std::string_view prediction_id) {
  calls.push_back("explain app=" + std::string(app) + " id=" + std::string(prediction_id));
  return explanation;
}

void RecordingEngine::explain(std::string_view app, std::string_view prediction_id, Explained done) {
  done(explain(app, prediction_id));
}

Result<AppView> RecordingEngine::app(std::string_view app) {
  calls.push_back("app " + std::string(app));
  return view;
}

Result<Reload> RecordingEngine::reload(std::string_view app) {
  calls.push_back("reload " + std::string(app));
  return reloaded;
}

void RecordingEngine::reload(std::string_view app, Reloaded done) { done(reload(app)); }

Result<void> RecordingEngine::set_breaker(std::string_view, std::string_view name, BreakerMode mode) {
  calls.push_back("breaker " + std::string(name) + (mode == BreakerMode::Open ? " open" : " auto"));
  return breaker_set;
}

Status RecordingEngine::status() { return {.version = "test", .apps = {{.name = "shop"}}}; }

}  // namespace augury::api
