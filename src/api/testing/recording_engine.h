// An engine that writes down what it was asked and answers what it was told to, for tests of surfaces.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "augury/engine.h"

namespace augury::api {

// Not thread-safe.
class RecordingEngine : public Engine {
 public:
  // What was asked, as text: "predict app=shop user=ann count=3 …".
  std::vector<std::string> calls;
  Result<Prediction> answer = Prediction{};
  Result<EventReceipt> receipt = EventReceipt{};
  Result<Position> updated = Position{0, 7};
  Result<Entity> known = Entity{};
  Result<FeatureTable> table = FeatureTable{};
  Result<void> breaker_set;
  Result<Explanation> explanation = Explanation{};
  Result<AppView> view = AppView{};
  Result<Reload> reloaded = Reload{};

  Result<Prediction> predict(const PredictRequest& request) override;
  void predict(const PredictRequest& request, Resumer& resumer, Answered done) override;
  Result<EventReceipt> ingest(std::string_view app, std::span<const Event> events, Acknowledge ack) override;
  void ingest(std::string_view app, std::span<const Event> events, Acknowledge ack, Taken done) override;
  void update(std::string_view app, std::span<const EntityUpdate> updates, Updated done) override;
  Result<Position> update(std::string_view app, std::span<const EntityUpdate> updates) override;
  Result<Entity> entity(std::string_view app, EntityKind kind, std::string_view id) override;
  Result<FeatureTable> features(const FeatureQuery& query) override;
  Result<Explanation> explain(std::string_view app, std::string_view prediction_id) override;
  void explain(std::string_view app, std::string_view prediction_id, Explained done) override;
  Result<AppView> app(std::string_view app) override;
  Result<Reload> reload(std::string_view app) override;
  void reload(std::string_view app, Reloaded done) override;
  Result<void> set_breaker(std::string_view app, std::string_view name, BreakerMode mode) override;
  Status status() override;
  std::string metrics() override { return "up 1\n"; }
};

}  // namespace augury::api
