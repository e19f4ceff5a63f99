// All of one app: its definition, store, journal, models and service, built in order and taken down in reverse.
#pragma once

#include <memory>
#include <string>

#include "augury/engine.h"
#include "augury/result.h"
#include "augury/status.h"

namespace augury::engine {

// Thread-safe.
class AppRuntime {
 public:
  // Reads the app file and its models, recovers the state from <data_folder>/<app>. Errors as Engine::open.
  static Result<std::unique_ptr<AppRuntime>> open(const std::string& app_file, const EngineOptions& options);
  virtual ~AppRuntime() = default;

  virtual const std::string& name() const = 0;
  virtual Result<Prediction> predict(const PredictRequest& request) = 0;
  virtual void predict(const PredictRequest& request, Resumer& resumer, Engine::Answered done) = 0;
  virtual void ingest(std::span<const Event> events, Acknowledge ack, Engine::Taken done) = 0;
  virtual void update(std::span<const EntityUpdate> updates, Engine::Updated done) = 0;
  virtual Result<Entity> entity(EntityKind kind, std::string_view id) = 0;
  virtual Result<FeatureTable> features(const FeatureQuery& query) = 0;
  virtual void explain(std::string_view prediction_id, Engine::Explained done) = 0;
  virtual AppView view() = 0;
  virtual void reload(Engine::Reloaded done) = 0;
  virtual Result<void> set_breaker(std::string_view name, Engine::BreakerMode mode) = 0;
  virtual AppStatus status() = 0;
};

}  // namespace augury::engine
