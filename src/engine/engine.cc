// augury::Engine: a map from app name to runtime.
#include "augury/engine.h"

#include <unistd.h>

#include <fstream>
#include <map>
#include <optional>

#include "base/clock.h"
#include "engine/app_runtime.h"
#include "engine/metrics_text.h"
#include "engine/wait.h"

namespace augury {
namespace {

uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  uint64_t total = 0, resident = 0;
  in >> total >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

class EngineOfApps : public Engine {
 public:
  EngineOfApps() : opened_(base::system_monotonic_clock().now()) {}

  Result<void> add(std::unique_ptr<engine::AppRuntime> app) {
    auto name = app->name();
    if (apps_.contains(name)) return Error{Code::Conflict, "two app files are both called '" + name + "'"};
    apps_.emplace(name, std::move(app));
    return {};
  }

  Result<Prediction> predict(const PredictRequest& request) override {
    AUGURY_TRY(auto* app, find(request.app));
    return app->predict(request);
  }

  void predict(const PredictRequest& request, Resumer& resumer, Answered done) override {
    auto app = find(request.app);
    if (!app) return done(app.error());
    (*app)->predict(request, resumer, std::move(done));
  }

  Result<EventReceipt> ingest(std::string_view app, std::span<const Event> events, Acknowledge ack) override {
    return engine::wait_for<EventReceipt>([&](auto done) { ingest(app, events, ack, std::move(done)); });
  }

  void ingest(std::string_view name, std::span<const Event> events, Acknowledge ack, Taken done) override {
    auto app = find(name);
    if (!app) return done(app.error());
    (*app)->ingest(events, ack, std::move(done));
  }

  void update(std::string_view name, std::span<const EntityUpdate> updates, Updated done) override {
    auto app = find(name);
    if (!app) return done(app.error());
    (*app)->update(updates, std::move(done));
  }

  Result<Position> update(std::string_view app, std::span<const EntityUpdate> updates) override {
    return engine::wait_for<Position>([&](auto done) { update(app, updates, std::move(done)); });
  }

  Result<Entity> entity(std::string_view name, EntityKind kind, std::string_view id) override {
    AUGURY_TRY(auto* app, find(name));
    return app->entity(kind, id);
  }

  Result<FeatureTable> features(const FeatureQuery& query) override {
    AUGURY_TRY(auto* app, find(query.app));
    return app->features(query);
  }

  void explain(std::string_view name, std::string_view prediction_id, Explained done) override {
    auto app = find(name);
    if (!app) return done(app.error());
    (*app)->explain(prediction_id, std::move(done));
  }

  Result<Explanation> explain(std::string_view app, std::string_view prediction_id) override {
    return engine::wait_for<Explanation>([&](auto done) { explain(app, prediction_id, std::move(done)); });
  }

  Result<AppView> app(std::string_view name) override {
    AUGURY_TRY(auto* app, find(name));
    return app->view();
  }

  void reload(std::string_view name, Reloaded done) override {
    auto app = find(name);
    if (!app) return done(app.error());
    (*app)->reload(std::move(done));
  }

  Result<Reload> reload(std::string_view app) override {
    return engine::wait_for<Reload>([&](auto done) { reload(app, std::move(done)); });
  }

  Result<void> set_breaker(std::string_view name, std::string_view breaker, BreakerMode mode) override {
    AUGURY_TRY(auto* app, find(name));
    return app->set_breaker(breaker, mode);
  }

  Status status() override {
    Status status;
    status.version = AUGURY_VERSION;
    status.uptime_s = std::chrono::duration<double>(base::system_monotonic_clock().now() - opened_).count();
    status.resident_bytes = resident_bytes();
    for (auto& [name, app] : apps_) status.apps.push_back(app->status());
    return status;
  }

  std::string metrics() override { return engine::metrics_text(status()); }

 private:
  Result<engine::AppRuntime*> find(std::string_view name) {
    if (name.empty() && apps_.size() == 1) return apps_.begin()->second.get();
    if (auto found = apps_.find(name); found != apps_.end()) return found->second.get();
    std::string known;
    for (const auto& [each, app] : apps_) known += (known.empty() ? "" : ", ") + each;
    if (name.empty()) return Error{Code::Invalid, "several apps are served, name one of them: " + known};
    return Error{Code::NotFound, "no such app: '" + std::string(name) + "'; there is " + known};
  }

  base::MonotonicTime opened_;
  std::map<std::string, std::unique_ptr<engine::AppRuntime>, std::less<>> apps_;
};

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(const EngineOptions& options) {
  if (options.app_files.empty()) return Error{Code::Invalid, "no app file was given"};
  auto engine = std::make_unique<EngineOfApps>();
  for (const auto& file : options.app_files) {
    AUGURY_TRY(auto app, engine::AppRuntime::open(file, options));
    AUGURY_TRY_VOID(engine->add(std::move(app)));
  }
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace augury
