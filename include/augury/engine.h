// Augury as a library: what the server can do, an embedding program can do.
//
//   auto engine = augury::Engine::open({.app_files = {"shop.yaml"}, .data_folder = "data"});
//   if (!engine) return fail(engine.error().message);
//   (*engine)->ingest({}, {{.event = "click", .user_id = "ann", .item_id = "book-7"}});
//   auto answer = (*engine)->predict({.user_id = "ann"});
//
// Thread-safe: call it from as many threads as you like.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "augury/app_view.h"
#include "augury/entity.h"
#include "augury/event.h"
#include "augury/explanation.h"
#include "augury/feature.h"
#include "augury/options.h"
#include "augury/prediction.h"
#include "augury/result.h"
#include "augury/status.h"

namespace augury {

// Where a caller lets an answer continue that had to wait. Whoever asks owns its threads: the server resumes an
// answer on the I/O thread that read the request; a blocking caller resumes it on its own.
class Resumer {
 public:
  virtual ~Resumer() = default;
  // Runs `step` soon on the asker's thread. May be called from any thread.
  virtual void post(std::move_only_function<void()> step) = 0;
  // Runs `step` on the asker's thread after `wait`. Called on the asker's thread.
  virtual void post_after(Duration wait, std::move_only_function<void()> step) = 0;
};

class Engine {
 public:
  // Reads the app files, recovers the state (checkpoint + journal) and is ready when it returns.
  // Invalid: an app file or model is wrong (message has file:line:column). Conflict: another process holds the
  // folder. Corrupt: stored bytes are damaged. Unavailable: the folder cannot be read or written.
  static Result<std::unique_ptr<Engine>> open(const EngineOptions& options);

  // Finishes accepted events, writes a checkpoint, closes the folder.
  virtual ~Engine() = default;

  // One answer, before its deadline, from the best rung that works. Errors are for the caller's mistakes only
  // (Invalid, NotFound) and for having nothing at all (Unavailable). Blocks until answered.
  virtual Result<Prediction> predict(const PredictRequest& request) = 0;

  // The same without blocking: `done` runs on the asker's thread, often before this returns. `resumer` outlives it.
  using Answered = std::move_only_function<void(Result<Prediction>)>;
  virtual void predict(const PredictRequest& request, Resumer& resumer, Answered done) = 0;

  // Takes a batch of events (at most 10,000). Exhausted: the disk is full. Unavailable: ingestion has stopped.
  virtual Result<EventReceipt> ingest(std::string_view app, std::span<const Event> events,
                                      Acknowledge ack = Acknowledge::Sync) = 0;

  // The same without blocking: `done` runs on the journal's thread once `ack` is fulfilled and the events are
  // visible to predictions, or at once on the caller's when there is nothing to wait for.
  using Taken = std::move_only_function<void(Result<EventReceipt>)>;
  virtual void ingest(std::string_view app, std::span<const Event> events, Acknowledge ack, Taken done) = 0;

  // Catalogue and profiles. All or nothing: one bad update refuses the call (Invalid, naming its index).
  // `done` runs as in ingest, when durable and visible.
  using Updated = std::move_only_function<void(Result<Position>)>;
  virtual void update(std::string_view app, std::span<const EntityUpdate> updates, Updated done) = 0;
  virtual Result<Position> update(std::string_view app, std::span<const EntityUpdate> updates) = 0;
  virtual Result<Entity> entity(std::string_view app, EntityKind kind, std::string_view id) = 0;

  // Feature values now, or at `query.now`. NotFound: an unknown feature name.
  virtual Result<FeatureTable> features(const FeatureQuery& query) = 0;

  // Why that answer was given. The state is brought back by replaying the journal, at most 10 s and one at a time:
  // `done` runs on a thread kept for that. Invalid: no prediction id. NotFound: the journal has no such answer.
  // Unavailable: too many are waiting already.
  using Explained = std::move_only_function<void(Result<Explanation>)>;
  virtual void explain(std::string_view app, std::string_view prediction_id, Explained done) = 0;
  virtual Result<Explanation> explain(std::string_view app, std::string_view prediction_id) = 0;

  // The app file that is live and what it was compiled to.
  virtual Result<AppView> app(std::string_view app) = 0;
  // Reads the app file and its models again and puts them live whole, or keeps the old ones and says why. `done` runs
  // on the thread of explain().
  using Reloaded = std::move_only_function<void(Result<Reload>)>;
  virtual void reload(std::string_view app, Reloaded done) = 0;
  virtual Result<Reload> reload(std::string_view app) = 0;

  // Forces a breaker open (a drill), or gives it back to its own judgement. NotFound: no such breaker; the message
  // lists them. Names: "feature_store" and each model's.
  enum class BreakerMode { Open, Auto };
  virtual Result<void> set_breaker(std::string_view app, std::string_view name, BreakerMode mode) = 0;

  virtual Status status() = 0;
  // The Prometheus text exposition of every metric.
  virtual std::string metrics() = 0;
};

}  // namespace augury
