// An answer in time, always: one app's predictions, with its cache, breakers and ladder.
//
// docs/operations/ladder.md is the table of which rung answers when.
//
// Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "augury/engine.h"
#include "base/clock.h"
#include "base/sync.h"
#include "pipeline/snapshot.h"
#include "serve/breaker.h"
#include "serve/compute_pool.h"
#include "serve/dependency.h"
#include "serve/known_answer.h"
#include "serve/recorder.h"
#include "stats/latency_histogram.h"
#include "store/store.h"

namespace augury::serve {

struct ServiceOptions {
  // Bytes for answers already given (L1).
  uint64_t cache_bytes = 64ull << 20;
  // How long an answer may serve CACHED; PRIMARY is bounded by the placement's ttl.
  Duration stale_max = std::chrono::hours{24};
  // Kept back from the deadline for the rungs below PRIMARY; at most a quarter of the deadline.
  Duration reserve = std::chrono::milliseconds{10};
  // A member expected to take longer does not run where requests are read.
  Duration inline_max = std::chrono::microseconds{300};
  // What experiment and cache may cost an answer; then it goes on without.
  Duration side_wait_max = std::chrono::milliseconds{5};
  BreakerOptions model_breaker;
  // A store serves every answer: it takes more to be believed dead, and it is asked again sooner.
  BreakerOptions store_breaker{.failures_to_open = 10, .rest = std::chrono::seconds{30}};
};

// A model as its callers know it: whether to call it, and what it took lately.
struct ModelState {
  ModelState(const std::string& name, const BreakerOptions& options, const base::MonotonicClock& clock)
      : breaker(name, options, clock) {}
  Breaker breaker;
  stats::LatencyHistogram latency;            // Of its calls that came back.
  std::atomic<int64_t> recent_ns_per_row{0};  // Moving average of the last calls or so.
};

class Service {
 public:
  // All given by reference outlives the Service.
  struct Surroundings {
    const store::Store& store;
    const base::WallClock& wall;
    const base::MonotonicClock& monotonic;
    ComputePool& pool;
    Recorder* recorder = nullptr;          // Null: answers are not remembered.
    Dependencies* dependencies = nullptr;  // Null: everything is in this process.
    uint64_t seed = 1;                     // Of prediction ids; from base::entropy().
  };
  Service(std::shared_ptr<const pipeline::Snapshot> snapshot, const Surroundings& surroundings,
          const ServiceOptions& options);
  // No request may be under way.
  ~Service();

  // See Engine::predict. `resumer` lives until `done` was called.
  void predict(const PredictRequest& request, Resumer& resumer, Engine::Answered done);
  // Blocks.
  Result<Prediction> predict(const PredictRequest& request);
  Result<FeatureTable> features(const FeatureQuery& query) const;

  // Later requests use `snapshot`; those under way finish with theirs. From one thread at a time.
  void swap(std::shared_ptr<const pipeline::Snapshot> snapshot);
  std::shared_ptr<const pipeline::Snapshot> snapshot() const;

  // NotFound: no such breaker; the message lists them.
  Result<void> set_breaker(std::string_view name, Engine::BreakerMode mode);

  // Fills in what it knows: predictions, levels, cache, latency, breakers.
  void status(AppStatus& status) const;
  const stats::LatencyHistogram& latency() const { return latency_; }

 private:
  friend class Attempt;

  // A snapshot with the states of its models, by App::models.
  struct World {
    std::shared_ptr<const pipeline::Snapshot> snapshot;
    std::vector<std::shared_ptr<ModelState>> models;
  };
  struct Counts {
    std::atomic<uint64_t> predictions{0}, failed{0}, fallbacks{0}, cache_hits{0}, cache_lookups{0};
    std::array<std::atomic<uint64_t>, 5> by_level{};
  };

  std::shared_ptr<const World> make_world(std::shared_ptr<const pipeline::Snapshot> snapshot);
  std::shared_ptr<const World> world() const;
  void count(const Prediction& prediction, std::chrono::nanoseconds took);

  const Surroundings around_;
  const ServiceOptions options_;
  Breaker store_breaker_;
  mutable base::Mutex models_mutex_;
  // Kept for good, so that a breaker outlives its permits and a model that comes back its history.
  std::map<std::string, std::shared_ptr<ModelState>, std::less<>> models_ AUGURY_GUARDED_BY(models_mutex_);
  // Read under a Pin of the store's epochs, so that a reader takes no lock.
  std::atomic<const std::shared_ptr<const World>*> world_{nullptr};
  KnownAnswers cache_;
  PredictionIds ids_;
  stats::LatencyHistogram latency_;
  stats::LatencyHistogram feature_fetch_;  // Reading the asker's rows and, per ranking, those of all candidates.
  Counts counts_;
};

}  // namespace augury::serve
