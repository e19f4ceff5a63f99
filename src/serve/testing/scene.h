// A service over the small shop, with dependencies that fail or hang when told.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline/testing/shop.h"
#include "serve/service.h"

namespace augury::serve {

// Answers at once, with an error, or never.
class FakeDependencies : public Dependencies {
 public:
  enum class Mode { Works, Fails, Hangs };
  void set(Dependency dependency, Mode mode) { modes_[static_cast<size_t>(dependency)] = mode; }
  void reach(Dependency dependency, Reached reached) override;

 private:
  std::array<std::atomic<Mode>, 4> modes_{};
};

class Recording : public Recorder {
 public:
  void record(Exposure exposure) override;
  std::vector<Exposure> taken() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Exposure> taken_;
};

// Items pen, book (paper), lamp (light) and gone (sold out), clicked by a crowd; ann has clicked the pen.
struct Scene {
  explicit Scene(bool with_dependencies = false, std::string_view app_file = pipeline::Shop::kText,
                 const base::MonotonicClock& monotonic = base::system_monotonic_clock());
  ~Scene();

  // Without a placement: home.
  Result<Prediction> ask(PredictRequest request);
  Prediction answer(PredictRequest request);  // Fails the test on an error.
  static std::vector<std::string> ids(const Prediction& prediction);

  pipeline::Shop shop;
  base::ManualWallClock wall;
  std::shared_ptr<pipeline::FakeScorer> ranker, other, light;
  std::shared_ptr<const pipeline::Snapshot> snapshot;
  FakeDependencies dependencies;
  Recording recording;
  static constexpr int kThreads = 2;
  ComputePool pool{{.threads = kThreads, .waiting_max = 4}};
  std::unique_ptr<Service> service;
};

}  // namespace augury::serve
