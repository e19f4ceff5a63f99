#include "engine/app_runtime.h"

#include <cstdio>
#include <filesystem>

#include "base/clock.h"
#include "base/random.h"
#include "definition/parse.h"
#include "engine/entity_view.h"
#include "engine/exposure.h"
#include "engine/folder.h"
#include "ingest/ingest.h"
#include "io/database.h"
#include "model/model_file.h"
#include "pipeline/snapshot.h"
#include "serve/service.h"
#include "store/store.h"

namespace augury::engine {
namespace {

namespace fs = std::filesystem;

Result<std::vector<std::shared_ptr<const model::Scorer>>> load_models(const definition::App& app,
                                                                      const std::string& app_file) {
  std::vector<std::shared_ptr<const model::Scorer>> scorers;
  for (const auto& entry : app.models) {
    auto path = (fs::path(app_file).parent_path() / entry.file).string();
    auto scorer = model::load_model(path);
    if (!scorer) {
      return Error{scorer.error().code, app_file + ":" + std::to_string(entry.source.line) + ":" +
                                            std::to_string(entry.source.column) + ": model '" + entry.name +
                                            "': " + scorer.error().message};
    }
    scorers.push_back(*scorer);
  }
  return scorers;
}

// What goes live, in one canonical text: the journal keeps it, exposures point to it.
std::string describe(const definition::App& app, const feature::Plan& plan,
                     const std::vector<std::shared_ptr<const model::Scorer>>& scorers) {
  std::string text = "app " + app.name + "\n";
  for (const auto& view : plan.views()) text += "view " + view.name + " " + std::to_string(view.fingerprint) + "\n";
  for (size_t i = 0; i < scorers.size(); ++i) {
    text += "model " + app.models[i].name + "@" + std::string(scorers[i]->version()) + "\n";
  }
  for (const auto& experiment : app.experiments) {
    text += "experiment " + experiment.name;
    for (const auto& variant : experiment.variants) text += " " + variant.name + "=" + std::to_string(variant.share);
    text += "\n";
  }
  return text;
}

class Runtime : public AppRuntime, private serve::Recorder {
 public:
  Runtime(definition::App app, std::shared_ptr<const feature::Plan> plan, const EngineOptions& options)
      : app_(std::make_shared<const definition::App>(std::move(app))),
        plan_(std::move(plan)),
        options_(options),
        store_(*app_, ingest::Ingest::table_kinds(*plan_)),
        indexes_(std::make_shared<pipeline::ItemIndexes>(*app_, store_.epochs())) {
    store_.items().follow(*indexes_);
  }

  ~Runtime() override {
    service_.reset();
    pool_.reset();
    if (!ingest_) return;
    if (auto closed = ingest_->close(); !closed)
      std::fprintf(stderr, "augury: closing %s: %s\n", app_->name.c_str(), closed.error().message.c_str());
  }

  // Journal and state first, then what answers from them.
  Result<void> start(const std::string& app_file) {
    auto folder = fs::path(options_.data_folder) / app_->name;
    AUGURY_TRY(folder_, FolderLock::hold(folder.string()));
    AUGURY_TRY(database_, io::Database::open({.folder = folder.string(), .families = ingest::Ingest::families()}));
    AUGURY_TRY(ingest_, ingest::Ingest::open(*database_, *app_, plan_, store_, wall_, monotonic_,
                                             {.checkpoint_every = options_.checkpoint_every,
                                              .checkpoint_dirty_bytes = options_.checkpoint_dirty_bytes,
                                              .checkpoint_events = options_.checkpoint_events,
                                              .list_every = options_.list_every}));
    AUGURY_TRY(auto scorers, load_models(*app_, app_file));
    AUGURY_TRY(uint64_t publication, ingest_->publish(describe(*app_, *plan_, scorers)));
    AUGURY_TRY(auto snapshot, pipeline::Snapshot::build({app_, plan_, std::move(scorers), publication, indexes_}));
    pool_ = std::make_unique<serve::ComputePool>(serve::ComputePoolOptions{.threads = options_.compute_threads});
    service_ = std::make_unique<serve::Service>(std::move(snapshot),
                                                serve::Service::Surroundings{.store = store_,
                                                                             .wall = wall_,
                                                                             .monotonic = monotonic_,
                                                                             .pool = *pool_,
                                                                             .recorder = this,
                                                                             .seed = base::entropy()},
                                                serve::ServiceOptions{.cache_bytes = options_.prediction_cache_bytes});
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
  const std::shared_ptr<const definition::App> app_;
  const std::shared_ptr<const feature::Plan> plan_;
  const EngineOptions options_;
  // Taken down in reverse: the service stops asking, ingest stops writing, the database closes, the folder is free.
  FolderLock folder_;
  store::Store store_;
  const std::shared_ptr<pipeline::ItemIndexes> indexes_;  // Follow the store's items.
  std::unique_ptr<io::Database> database_;
  std::unique_ptr<ingest::Ingest> ingest_;
  std::unique_ptr<serve::ComputePool> pool_;
  std::unique_ptr<serve::Service> service_;
};

}  // namespace

Result<std::unique_ptr<AppRuntime>> AppRuntime::open(const std::string& app_file, const EngineOptions& options) {
  AUGURY_TRY(auto app, definition::load_app(app_file));
  AUGURY_TRY(auto plan, feature::Plan::compile(app));
  auto runtime = std::make_unique<Runtime>(std::move(app), std::move(plan), options);
  AUGURY_TRY_VOID(runtime->start(app_file));
  return std::unique_ptr<AppRuntime>(std::move(runtime));
}

}  // namespace augury::engine
