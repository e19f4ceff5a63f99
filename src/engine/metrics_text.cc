#include "engine/metrics_text.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <map>
#include <vector>

#include "augury/prediction.h"

namespace augury::engine {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// Families by name, each filled by the apps in turn.
class Exposition {
 public:
  void counter(const char* name, const char* help, const std::string& app, double value,
               ClientMetric::Label more = {}) {
    auto& metric = add(name, help, MetricType::Counter, app, std::move(more));
    metric.counter.value = value;
  }
  void gauge(const char* name, const char* help, const std::string& app, double value, ClientMetric::Label more = {}) {
    auto& metric = add(name, help, MetricType::Gauge, app, std::move(more));
    metric.gauge.value = value;
  }
  void histogram(const char* name, const char* help, const std::string& app, const LatencyStatus& latency,
                 ClientMetric::Label more = {}) {
    auto& metric = add(name, help, MetricType::Histogram, app, std::move(more));
    metric.histogram.sample_count = latency.count;
    metric.histogram.sample_sum = latency.sum_s;
    for (auto [seconds, count] : latency.within) metric.histogram.bucket.push_back({count, seconds});
    metric.histogram.bucket.push_back({latency.count, std::numeric_limits<double>::infinity()});
  }
  std::string text() const {
    std::vector<MetricFamily> list;
    for (const auto& [name, family] : families_) list.push_back(family);
    return prometheus::TextSerializer().Serialize(list);
  }

 private:
  ClientMetric& add(const char* name, const char* help, MetricType type, const std::string& app,
                    ClientMetric::Label more) {
    auto& family = families_[name];
    family.name = name;
    family.help = help;
    family.type = type;
    auto& metric = family.metric.emplace_back();
    if (!app.empty()) metric.label.push_back({"app", app});
    if (!more.name.empty()) metric.label.push_back(std::move(more));
    return metric;
  }

  std::map<std::string, MetricFamily> families_;
};

ClientMetric::Label label(std::string name, std::string_view value) { return {std::move(name), std::string(value)}; }

double as_double(uint64_t x) { return static_cast<double>(x); }
double ratio(uint64_t part, uint64_t whole) { return whole == 0 ? 0 : as_double(part) / as_double(whole); }

void add_predictions(Exposition& out, const AppStatus& app) {
  for (int level = 0; level < 5; ++level) {
    out.counter("predictions_total", "Answers given, by the rung that gave them.", app.name,
                as_double(app.predictions_by_level[level]), label("level", to_string(static_cast<Level>(level))));
  }
  out.counter("predictions_failed_total", "Questions that got no answer.", app.name, as_double(app.predictions_failed));
  out.gauge("prediction_success_rate", "Questions answered, of all asked.", app.name,
            1 - ratio(app.predictions_failed, app.predictions + app.predictions_failed));
  out.gauge("fallback_rate", "Answers that were degraded, of all given.", app.name,
            ratio(app.fallbacks, app.predictions));
  out.gauge("prediction_latency_p50", "Seconds inside the engine, median since the start.", app.name,
            app.latency_ms_p50 / 1e3);
  out.gauge("prediction_latency_p95", "Seconds inside the engine, 95th percentile since the start.", app.name,
            app.latency_ms_p95 / 1e3);
  out.gauge("prediction_latency_p99", "Seconds inside the engine, 99th percentile since the start.", app.name,
            app.latency_ms_p99 / 1e3);
  out.histogram("prediction_latency_seconds", "Seconds inside the engine, of all answers.", app.name, app.latency);
  out.histogram("feature_fetch_latency", "Seconds an answer spends reading the features of asker and candidates.",
                app.name, app.feature_fetch);
  for (const auto& model : app.model_inference)
    out.histogram("model_inference_latency",
                  "Seconds a model takes for the candidates of one answer, waiting included.", app.name, model,
                  label("model", model.of));
  out.counter("exposures_total", "Answers journaled.", app.name, as_double(app.exposures_recorded));
  out.counter("exposures_dropped_total", "Answers given whose record was lost to a full queue or a full disk.",
              app.name, as_double(app.exposures_dropped));
}

// A rate of what does not exist is not 0: NaN is what Prometheus shows for nothing out of nothing, and no alert on a
// low rate fires for it.
void add_caches(Exposition& out, const AppStatus& app) {
  constexpr double kNoSuchCache = std::numeric_limits<double>::quiet_NaN();
  double l1 = ratio(app.cache_hits, app.cache_lookups);
  out.gauge("l1_cache_hit_rate", "Answers found fresh in the prediction cache, of all looked up.", app.name, l1);
  out.gauge("l2_cache_hit_rate", "Of the cache in front of a remote feature store; NaN while there is none.", app.name,
            kNoSuchCache);
  out.gauge("l3_cache_hit_rate", "Of answers computed ahead of the question; NaN while there are none.", app.name,
            kNoSuchCache);
  out.gauge("combined_cache_hit_rate", "Answers found in any cache there is, of all looked up.", app.name, l1);
  out.counter("cache_lookups_total", "Looks into a cache.", app.name, as_double(app.cache_lookups),
              label("cache", "l1"));
  out.counter("cache_hits_total", "Looks into a cache that found what was wanted, fresh.", app.name,
              as_double(app.cache_hits), label("cache", "l1"));
  out.gauge("l1_cache_bytes", "Bytes held by the prediction cache.", app.name, as_double(app.cache_bytes));
}

void add_events(Exposition& out, const AppStatus& app) {
  const std::pair<const char*, uint64_t> outcomes[] = {
      {"accepted", app.events_accepted}, {"duplicate", app.events_duplicate}, {"refused", app.events_refused}};
  for (const auto& [outcome, count] : outcomes) {
    out.counter("events_total", "Events received, by what became of them.", app.name, as_double(count),
                label("outcome", outcome));
  }
  out.counter("events_late_total", "Feature updates older than anything a read can see.", app.name,
              as_double(app.events_late));
  out.gauge("ingest_open", "1 while events are taken.", app.name, app.ingest_open ? 1 : 0);
  out.gauge("journal_position", "Sequence of the newest journaled record.", app.name, as_double(app.journaled.offset));
  out.gauge("applied_position", "Sequence of the newest record that features know.", app.name,
            as_double(app.applied.offset));
  out.gauge("checkpoint_age_seconds", "Since the newest checkpoint.", app.name, app.checkpoint_age_s);
  out.gauge("checkpoint_duration_seconds", "What the newest checkpoint took.", app.name, app.checkpoint_seconds_last);
  out.gauge("dedup_entries", "Event ids remembered.", app.name, as_double(app.dedup_entries));
  out.gauge("dedup_window_seconds", "How long an event id is remembered now.", app.name, app.dedup_window_s);
}

void add_store(Exposition& out, const AppStatus& app) {
  out.gauge("store_users", "Users with a number.", app.name, as_double(app.users));
  out.gauge("store_items", "Items with a number.", app.name, as_double(app.items));
  out.gauge("store_rows", "Feature rows in memory.", app.name, as_double(app.rows));
  out.gauge("store_row_bytes", "Bytes of feature rows in memory.", app.name, as_double(app.row_bytes));
  out.gauge("store_catalog_bytes", "Bytes of attributes and vectors in memory.", app.name,
            as_double(app.catalog_bytes));
  out.gauge("index_bytes", "Bytes of the indexes that find the nearest items.", app.name, as_double(app.index_bytes));
}

void add_breakers(Exposition& out, const AppStatus& app) {
  for (const auto& breaker : app.breakers) {
    out.gauge("breaker_open", "1 while nothing is let through.", app.name, breaker.state == BreakerState::Open ? 1 : 0,
              label("breaker", breaker.name));
    out.counter("breaker_failures_total", "Calls that failed.", app.name, as_double(breaker.failures),
                label("breaker", breaker.name));
  }
}

}  // namespace

std::string metrics_text(const Status& status) {
  Exposition out;
  out.gauge("process_resident_memory_bytes", "Resident memory.", "", as_double(status.resident_bytes));
  out.gauge("process_uptime_seconds", "Since the engine was opened.", "", status.uptime_s);
  for (const auto& app : status.apps) {
    add_predictions(out, app);
    add_caches(out, app);
    add_events(out, app);
    add_store(out, app);
    add_breakers(out, app);
  }
  return out.text();
}

}  // namespace augury::engine
