// /healthz /livez /readyz /metrics /v1/status: for whoever runs the server.
#include "api/http/endpoints.h"
#include "api/http/error_table.h"
#include "wire/json_writer.h"

namespace augury::api {
namespace {

using wire::JsonWriter;

void write_breaker(JsonWriter& json, const BreakerStatus& breaker) {
  json.begin_object();
  json.member("name", breaker.name);
  json.member("state", to_string(breaker.state));
  json.member("forced", breaker.forced);
  json.member("calls", breaker.calls);
  json.member("successes", breaker.successes);
  json.member("failures", breaker.failures);
  json.member("success_rate", breaker.success_rate);
  json.member("latency_ms_avg", breaker.latency_ms_avg);
  json.member("failure_count", breaker.failure_count);
  json.end_object();
}

void write_ingest(JsonWriter& json, const AppStatus& app) {
  json.key("ingest");
  json.begin_object();
  json.member("open", app.ingest_open);
  json.member("problem", app.ingest_problem);
  json.member("journaled", app.journaled.text());
  json.member("applied", app.applied.text());
  json.member("checkpointed", app.checkpointed.text());
  json.member("checkpoint_age_s", app.checkpoint_age_s);
  json.member("accepted", app.events_accepted);
  json.member("duplicates", app.events_duplicate);
  json.member("refused", app.events_refused);
  json.member("late", app.events_late);
  json.member("dedup_window_s", app.dedup_window_s);
  json.member("dedup_entries", app.dedup_entries);
  json.end_object();
}

void write_predictions(JsonWriter& json, const AppStatus& app) {
  json.key("predictions");
  json.begin_object();
  json.member("answered", app.predictions);
  json.member("failed", app.predictions_failed);
  json.member("fallbacks", app.fallbacks);
  json.key("by_level");
  json.begin_object();
  for (int level = 0; level < 5; ++level) {
    json.member(to_string(static_cast<Level>(level)), app.predictions_by_level[level]);
  }
  json.end_object();
  json.member("latency_ms_p50", app.latency_ms_p50);
  json.member("latency_ms_p95", app.latency_ms_p95);
  json.member("latency_ms_p99", app.latency_ms_p99);
  json.end_object();
  json.key("cache");
  json.begin_object();
  json.member("lookups", app.cache_lookups);
  json.member("hits", app.cache_hits);
  json.member("bytes", app.cache_bytes);
  json.end_object();
}

void write_app(JsonWriter& json, const AppStatus& app) {
  json.begin_object();
  json.member("app", app.name);
  write_ingest(json, app);
  write_predictions(json, app);
  json.key("store");
  json.begin_object();
  json.member("users", app.users);
  json.member("items", app.items);
  json.member("rows", app.rows);
  json.member("row_bytes", app.row_bytes);
  json.member("catalog_bytes", app.catalog_bytes);
  json.member("index_bytes", app.index_bytes);
  json.end_object();
  json.key("breakers");
  json.begin_array();
  for (const auto& breaker : app.breakers) write_breaker(json, breaker);
  json.end_array();
  json.end_object();
}

}  // namespace

void health(Engine&, Exchange exchange) { exchange.respond(json_reply("{\"status\":\"ok\"}")); }

void status_get(Engine& engine, Exchange exchange) {
  auto status = engine.status();
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  json.member("version", status.version);
  json.member("uptime_s", status.uptime_s);
  json.member("resident_bytes", status.resident_bytes);
  json.key("apps");
  json.begin_array();
  for (const auto& app : status.apps) write_app(json, app);
  json.end_array();
  json.end_object();
  exchange.respond(json_reply(std::move(body)));
}

void metrics_get(Engine& engine, Exchange exchange) {
  auto reply = json_reply(engine.metrics());
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  exchange.respond(std::move(reply));
}

}  // namespace augury::api
