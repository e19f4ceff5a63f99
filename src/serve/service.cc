#include "serve/service.h"

#include "pipeline/feature_reader.h"
#include "serve/attempt.h"
#include "serve/blocking_resumer.h"

namespace augury::serve {

namespace {
constexpr std::string_view kStoreBreaker = "feature_store";
double in_ms(std::chrono::nanoseconds t) { return static_cast<double>(t.count()) / 1e6; }

LatencyStatus summary(const std::string& of, const stats::LatencyHistogram& histogram) {
  LatencyStatus out{.of = of, .count = histogram.count(), .sum_s = in_ms(histogram.sum()) / 1e3, .within = {}};
  for (auto us : {10, 25, 50, 100, 250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000})
    out.within.emplace_back(us / 1e6, histogram.count_within(std::chrono::microseconds{us}));
  return out;
}
}  // namespace

Service::Service(std::shared_ptr<const pipeline::Snapshot> snapshot, const Surroundings& surroundings,
                 const ServiceOptions& options)
    : around_(surroundings),
      options_(options),
      store_breaker_(std::string(kStoreBreaker), options.store_breaker, surroundings.monotonic),
      cache_({.bytes_max = options.cache_bytes, .shards = 8, .entry_bytes = 4096}, surroundings.monotonic),
      ids_(surroundings.seed) {
  swap(std::move(snapshot));
}

Service::~Service() { delete world_.load(); }

std::shared_ptr<const Service::World> Service::make_world(std::shared_ptr<const pipeline::Snapshot> snapshot) {
  auto world = std::make_shared<World>();
  base::Lock held(models_mutex_);
  for (const auto& model : snapshot->app().models) {
    auto& state = models_[model.name];
    if (!state) state = std::make_shared<ModelState>(model.name, options_.model_breaker, around_.monotonic);
    world->models.push_back(state);
  }
  world->snapshot = std::move(snapshot);
  return world;
}

void Service::swap(std::shared_ptr<const pipeline::Snapshot> snapshot) {
  auto* next = new std::shared_ptr<const World>(make_world(std::move(snapshot)));
  if (const auto* before = world_.exchange(next)) around_.store.epochs().retire([before] { delete before; });
}

std::shared_ptr<const Service::World> Service::world() const {
  base::Epochs::Pin pin(around_.store.epochs());
  return *world_.load();
}

std::shared_ptr<const pipeline::Snapshot> Service::snapshot() const { return world()->snapshot; }

void Service::predict(const PredictRequest& request, Resumer& resumer, Engine::Answered done) {
  std::make_shared<Attempt>(*this, world(), resumer, std::move(done))->begin(request);
}

Result<Prediction> Service::predict(const PredictRequest& request) {
  BlockingResumer resumer(around_.monotonic);
  Result<Prediction> answer = Error{Code::Unavailable, "predict: no answer"};
  predict(request, resumer, [&](Result<Prediction> got) {
    answer = std::move(got);
    resumer.finish();
  });
  resumer.run();
  return answer;
}

Result<FeatureTable> Service::features(const FeatureQuery& query) const {
  auto begun = around_.monotonic.now();
  auto table = pipeline::read_features(query, *snapshot(), around_.store, around_.wall.now());
  if (table) table->latency_ms = in_ms(around_.monotonic.now() - begun);
  return table;
}

Result<void> Service::set_breaker(std::string_view name, Engine::BreakerMode mode) {
  auto apply = [mode](Breaker& breaker) {
    mode == Engine::BreakerMode::Open ? breaker.force_open() : breaker.release();
  };
  if (name == kStoreBreaker) {
    apply(store_breaker_);
    return {};
  }
  base::Lock held(models_mutex_);
  if (auto at = models_.find(name); at != models_.end()) {
    apply(at->second->breaker);
    return {};
  }
  std::string known(kStoreBreaker);
  for (const auto& [model, state] : models_) known += ", " + model;
  return Error{Code::NotFound, "breaker '" + std::string(name) + "': no such breaker; there is " + known};
}

void Service::count(const Prediction& prediction, std::chrono::nanoseconds took) {
  counts_.predictions.fetch_add(1, std::memory_order_relaxed);
  counts_.by_level[static_cast<size_t>(prediction.level)].fetch_add(1, std::memory_order_relaxed);
  if (prediction.fallback) counts_.fallbacks.fetch_add(1, std::memory_order_relaxed);
  latency_.record(took);
}

void Service::status(AppStatus& status) const {
  status.predictions = counts_.predictions.load();
  for (size_t i = 0; i < counts_.by_level.size(); ++i) status.predictions_by_level[i] = counts_.by_level[i].load();
  status.predictions_failed = counts_.failed.load();
  status.fallbacks = counts_.fallbacks.load();
  status.cache_hits = counts_.cache_hits.load();
  status.cache_lookups = counts_.cache_lookups.load();
  status.cache_bytes = cache_.counts().bytes;
  status.latency_ms_p50 = in_ms(latency_.quantile(0.5));
  status.latency_ms_p95 = in_ms(latency_.quantile(0.95));
  status.latency_ms_p99 = in_ms(latency_.quantile(0.99));
  status.latency = summary({}, latency_);
  status.feature_fetch = summary({}, feature_fetch_);
  status.breakers.push_back(store_breaker_.status());
  base::Lock held(models_mutex_);
  for (const auto& [name, state] : models_) {
    status.breakers.push_back(state->breaker.status());
    status.model_inference.push_back(summary(name, state->latency));
  }
}

}  // namespace augury::serve
