#include "engine/app_runtime.h"

#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "base/random.h"
#include "engine/app_file.h"
#include "engine/background.h"
#include "engine/entity_view.h"
#include "engine/explainer.h"
#include "engine/exposure.h"
#include "engine/folder.h"
#include "engine/live_change.h"
#include "ingest/ingest.h"
#include "io/database.h"
#include "pipeline/snapshot.h"
#include "serve/service.h"
#include "store/store.h"

namespace augury::engine {
namespace {

namespace fs = std::filesystem;

// A look at the past may take this long, one at a time; so many wait for their turn.
constexpr auto kPastLimit = std::chrono::seconds{10};
constexpr size_t kWaitingMax = 4;

class Runtime : public AppRuntime, private serve::Recorder {
 public:
  Runtime(std::string app_file, LoadedApp loaded, const EngineOptions& options)
      : app_file_(std::move(app_file)),
        app_(loaded.app),
        plan_(loaded.plan),
        options_(options),
        live_{std::move(loaded), 0},
        store_(*app_, ingest::Ingest::table_kinds(*plan_)),
        indexes_(std::make_shared<pipeline::ItemIndexes>(*app_, store_.epochs())) {
    store_.items().follow(*indexes_);
  }

  ~Runtime() override {
    background_.reset();
    service_.reset();
    pool_.reset();
    if (!ingest_) return;
    if (auto closed = ingest_->close(); !closed)
      std::fprintf(stderr, "augury: closing %s: %s\n", app_->name.c_str(), closed.error().message.c_str());
  }

  // Journal and state first, then what answers from them.
  Result<void> start() {
    auto folder = fs::path(options_.data_folder) / app_->name;
    AUGURY_TRY(folder_, FolderLock::hold(folder.string()));
    AUGURY_TRY(database_, io::Database::open({.folder = folder.string(), .families = ingest::Ingest::families()}));
    AUGURY_TRY(ingest_, ingest::Ingest::open(*database_, *app_, plan_, store_, wall_, monotonic_,
                                             {.checkpoint_every = options_.checkpoint_every,
                                              .checkpoint_dirty_bytes = options_.checkpoint_dirty_bytes,
                                              .checkpoint_events = options_.checkpoint_events,
                                              .list_every = options_.list_every}));
    auto loaded = live().loaded;
    AUGURY_TRY(uint64_t publication, ingest_->publish(loaded.description));
    AUGURY_TRY(auto snapshot, pipeline::Snapshot::build({app_, plan_, loaded.scorers, publication, indexes_}));
    {
      base::Lock held(live_mutex_);
      live_.publication = publication;
    }
    pool_ = std::make_unique<serve::ComputePool>(serve::ComputePoolOptions{.threads = options_.compute_threads});
    service_ = std::make_unique<serve::Service>(std::move(snapshot),
                                                serve::Service::Surroundings{.store = store_,
                                                                             .wall = wall_,
                                                                             .monotonic = monotonic_,
                                                                             .pool = *pool_,
                                                                             .recorder = this,
                                                                             .seed = base::entropy()},
                                                serve::ServiceOptions{.cache_bytes = options_.prediction_cache_bytes});
    background_ = std::make_unique<Background>(kWaitingMax);
    return {};
  }

  const std::string& name() const override { return app_->name; }

  Result<Prediction> predict(const PredictRequest& request) override { return service_->predict(request); }
  void predict(const PredictRequest& request, Resumer& resumer, Engine::Answered done) override {
    service_->predict(request, resumer, std::move(done));
  }
  void ingest(std::span<const Event> events, Acknowledge ack, Engine::Taken done) override {
    ingest_->submit(events, ack, std::move(done));
  }
  void update(std::span<const EntityUpdate> updates, Engine::Updated done) override {
    ingest_->update(updates, std::move(done));
  }
  Result<Entity> entity(EntityKind kind, std::string_view id) override { return read_entity(*app_, store_, kind, id); }

  Result<FeatureTable> features(const FeatureQuery& query) override {
    auto begun = monotonic_.now();
    AUGURY_TRY(auto table, service_->features(query));
    table.latency_ms = std::chrono::duration<double, std::milli>(monotonic_.now() - begun).count();
    return table;
  }

  void explain(std::string_view prediction_id, Engine::Explained done) override {
    behind<Explanation>(std::move(done), [this, id = std::string(prediction_id)](const std::stop_token& stop) {
      auto live = this->live();
      ExplainerParts parts{.stored = *app_,
                           .stored_plan = *plan_,
                           .store = store_,
                           .ingest = *ingest_,
                           .snapshot = service_->snapshot(),
                           .description = std::move(live.loaded.description)};
      return engine::explain(parts, id, {monotonic_, monotonic_.now() + kPastLimit, stop});
    });
  }

  AppView view() override {
    auto live = this->live();
    auto view = view_of(live.loaded);
    view.publication = {0, live.publication};
    return view;
  }

  void reload(Engine::Reloaded done) override {
    behind<Reload>(std::move(done), [this](const std::stop_token&) { return reload_now(); });
  }

  Result<void> set_breaker(std::string_view name, Engine::BreakerMode mode) override {
    return service_->set_breaker(name, mode);
  }

  AppStatus status() override {
    AppStatus status;
    status.name = app_->name;
    fill_ingest(status);
    fill_store(status);
    service_->status(status);
    return status;
  }

 private:
  // An app file that is served, and the journal's record of it going live.
  struct Live {
    LoadedApp loaded;
    uint64_t publication = 0;
  };
  Live live() const {
    base::Lock held(live_mutex_);
    return live_;
  }

  // Runs `work` behind what is under way, and gives its result to `done`.
  template <typename T>
  void behind(std::move_only_function<void(Result<T>)> done,
              std::move_only_function<Result<T>(const std::stop_token&)> work) {
    auto kept = std::make_shared<std::move_only_function<void(Result<T>)>>(std::move(done));
    Background::Task task = [kept, work = std::move(work)](const std::stop_token& stop) mutable {
      if (stop.stop_requested()) return (*kept)(Error{Code::Unavailable, "the engine is stopping"});
      (*kept)(work(stop));
    };
    if (!background_->start(task))
      (*kept)(Error{Code::Unavailable, "too many looks at the past are waiting; ask again in a moment"});
  }

  // On the background thread only, so that one follows the other.
  Result<Reload> reload_now() {
    auto before = live();
    Reload out{.outcome = Reload::Outcome::Wrong, .problems = {}, .publication = {0, before.publication}};
    auto next = load_app(app_file_, out.problems);
    if (!next) return out;
    if (next->description == before.loaded.description) {
      out.outcome = Reload::Outcome::Unchanged;
      return out;
    }
    auto change = live_change(*app_, *plan_, *next->app, *next->plan);
    for (auto& why : change.needs_restart) out.problems.push_back({app_file_, std::move(why)});
    if (!out.problems.empty()) {
      out.outcome = Reload::Outcome::NeedsRestart;
      return out;
    }
    pipeline::Snapshot::Parts parts{next->app, next->plan, next->scorers, 0, indexes_, change.lists};
    if (auto good = pipeline::Snapshot::build(parts); !good) {
      out.problems.push_back({app_file_, good.error().message});
      return out;
    }
    AUGURY_TRY(parts.publication, ingest_->publish(next->description));
    AUGURY_TRY(auto snapshot, pipeline::Snapshot::build(parts));
    {
      base::Lock held(live_mutex_);
      live_ = {std::move(*next), parts.publication};
    }
    service_->swap(std::move(snapshot));
    out.outcome = Reload::Outcome::Applied;
    out.publication = {0, parts.publication};
    return out;
  }

  void record(serve::Exposure exposure) override { ingest_->record(to_ingest(std::move(exposure), *plan_)); }

  void fill_ingest(AppStatus& status) const {
    auto from = ingest_->status();
    status.journaled = from.journaled;
    status.applied = from.applied;
    status.checkpointed = from.checkpointed;
    status.checkpoint_age_s = from.checkpoint_age_s;
    status.events_accepted = from.accepted;
    status.events_duplicate = from.duplicates;
    status.events_refused = from.refused;
    status.events_late = from.late;
    status.dedup_window_s = seconds(from.dedup_window);
    status.dedup_entries = from.dedup_entries;
    status.ingest_open = from.open;
    status.ingest_problem = from.problem;
    status.exposures_recorded = from.exposures;
    status.exposures_dropped = from.exposures_dropped;
    status.checkpoint_seconds_last = from.checkpoint_seconds_last;
  }

  void fill_store(AppStatus& status) const {
    status.users = store_.dictionary().size(store::NameKind::User);
    status.items = store_.dictionary().size(store::NameKind::Item);
    status.catalog_bytes = store_.items().bytes() + store_.users().bytes();
    status.index_bytes = indexes_->bytes();
    for (uint32_t view = 0; view < store_.views(); ++view) {
      status.rows += store_.rows(view).count();
      status.row_bytes += store_.rows(view).bytes();
    }
  }

  const base::WallClock& wall_ = base::system_wall_clock();
  const base::MonotonicClock& monotonic_ = base::system_monotonic_clock();
  const std::string app_file_;
  // What rows and catalogue are laid out by; what is served may have changed since (live_).
  const std::shared_ptr<const definition::App> app_;
  const std::shared_ptr<const feature::Plan> plan_;
  const EngineOptions options_;
  mutable base::Mutex live_mutex_;
  Live live_ AUGURY_GUARDED_BY(live_mutex_);
  // Taken down in reverse: the service stops asking, ingest stops writing, the database closes, the folder is free.
  FolderLock folder_;
  store::Store store_;
  const std::shared_ptr<pipeline::ItemIndexes> indexes_;  // Follow the store's items.
  std::unique_ptr<io::Database> database_;
  std::unique_ptr<ingest::Ingest> ingest_;
  std::unique_ptr<serve::ComputePool> pool_;
  std::unique_ptr<serve::Service> service_;
  std::unique_ptr<Background> background_;
};

}  // namespace

Result<std::unique_ptr<AppRuntime>> AppRuntime::open(const std::string& app_file, const EngineOptions& options) {
  std::vector<Reload::Problem> problems;
  AUGURY_TRY(auto loaded, load_app(app_file, problems));
  auto runtime = std::make_unique<Runtime>(app_file, std::move(loaded), options);
  AUGURY_TRY_VOID(runtime->start());
  return std::unique_ptr<AppRuntime>(std::move(runtime));
}

}  // namespace augury::engine
