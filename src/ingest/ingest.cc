#include "ingest/ingest.h"

#include <future>
#include <memory>

#include "ingest/recovery.h"
#include "ingest/validate.h"
#include "ingest/writer.h"

namespace augury::ingest {

using definition::NameKind;

namespace {

constexpr size_t kEventsPerCallMax = 10'000;

class OpenIngest : public Ingest {
 public:
  OpenIngest(const definition::App& app, std::shared_ptr<const feature::Plan> plan, store::Store& store,
             const base::WallClock& wall, const base::MonotonicClock& monotonic, const IngestOptions& options,
             std::unique_ptr<journal::Journal> journal)
      : app_(app),
        plan_(std::move(plan)),
        store_(store),
        wall_(wall),
        monotonic_(monotonic),
        options_(options),
        journal_(std::move(journal)),
        validator_(app),
        queue_(options.queue_events_max, options.queue_exposures_max) {}

  ~OpenIngest() override { queue_.close(); }

  Result<void> start(io::Database& database, const definition::App& app) {
    Dedup dedup(app.dedup);
    auto lists = std::make_unique<Lists>(app, *plan_, store_, wall_);
    AUGURY_TRY(auto recovered, recover(database, *journal_, app, *plan_, store_, dedup, *lists));
    replayed_ = recovered.replayed;
    writer_ = std::make_unique<Writer>(
        Writer::World{database, *journal_, app, *plan_, store_, wall_, monotonic_, options_, queue_, counters_},
        std::move(dedup), std::move(lists), std::move(recovered));
    return {};
  }

  void submit(std::span<const Event> events, Acknowledge ack, Engine::Taken done) override {
    if (events.size() > kEventsPerCallMax)
      return done(Error{Code::Invalid, "events: found " + std::to_string(events.size()) +
                                           " in one call, expected at "
                                           "most 10,000; send them in parts"});
    auto job = std::make_unique<Job>();
    job->receipt = wall_.now();
    job->ack = ack;
    job->events.reserve(events.size());
    for (size_t i = 0; i < events.size(); ++i) {
      auto checked = validator_.event(events[i], job->receipt, job->arena);
      if (checked) {
        job->events.push_back(*checked);
      } else {
        job->answer.refused.push_back({i, std::move(checked.error().code), std::move(checked.error().message)});
      }
    }
    counters_.refused += job->answer.refused.size();
    job->answer.accepted = job->events.size();
    if (job->events.empty()) {
      job->answer.position = {0, journal_->newest()};
      return done(std::move(job->answer));
    }
    look_up_names(*job);
    if (ack != Acknowledge::None) {
      job->taken = std::move(done);
      return enqueue(std::move(job));
    }
    auto answer = job->answer;
    answer.position = {0, journal_->newest()};
    auto refused = push(job);
    refused ? done(std::move(*refused)) : done(std::move(answer));
  }

  void update(std::span<const EntityUpdate> updates, Engine::Updated done) override {
    auto job = std::make_unique<Job>();
    job->receipt = wall_.now();
    for (size_t i = 0; i < updates.size(); ++i) {
      auto checked = validator_.update(updates[i], job->arena);
      if (!checked) return done(Error{Code::Invalid, "update " + std::to_string(i) + ": " + checked.error().message});
      job->updates.push_back(std::move(*checked));
    }
    job->updated = std::move(done);
    enqueue(std::move(job));
  }

  void record(Exposure exposure) override {
    if (!writer_->open() || !queue_.push(std::move(exposure))) ++counters_.exposures_dropped;
  }

  Result<uint64_t> publish(const std::string& description) override {
    base::Mutex mutex;
    base::Condition settled;
    std::optional<Result<uint64_t>> result;
    auto job = std::make_unique<Job>();
    job->receipt = wall_.now();
    job->publication = description;
    job->published = [&](Result<uint64_t> got) {
      base::Lock lock(mutex);
      result = std::move(got);
      settled.notify_one();
    };
    enqueue(std::move(job));
    base::Lock lock(mutex);
    while (!result) settled.wait(lock);
    return std::move(*result);
  }

  Result<RememberedAnswer> find_answer(const journal::PredictionId& id, const TimeLimit& limit) override {
    settle_exposures();
    return ingest::find_answer(*journal_, id, limit);
  }

  Result<std::string> find_publication(uint64_t sequence) const override {
    return ingest::find_publication(*journal_, sequence);
  }

  Result<uint64_t> rebuild_at(uint64_t position, Timestamp lists_at, const TimeLimit& limit,
                              store::Store& into) const override {
    return ingest::rebuild_at(*journal_, app_, *plan_, store_.dictionary(), position, lists_at, limit, into);
  }

  Result<void> checkpoint() override { return writer_->checkpoint(); }

  Result<void> close() override {
    if (!writer_) return {};
    queue_.close();
    writer_->drain();
    auto result = writer_->problem() ? Result<void>(*writer_->problem()) : writer_->checkpoint();
    last_ = status();
    writer_.reset();
    if (!result) return result;
    return journal_->close();
  }

  IngestStatus status() const override {
    if (!writer_) return last_;
    IngestStatus status;
    status.journaled = {0, journal_->newest()};
    status.applied = store_.applied();
    status.checkpointed = {0, counters_.checkpointed};
    auto age = monotonic_.now().time_since_epoch().count() - counters_.checkpoint_at_ns;
    status.checkpoint_age_s = static_cast<double>(age) / 1e9;
    status.checkpoint_seconds_last = counters_.checkpoint_seconds;
    status.accepted = counters_.accepted;
    status.duplicates = counters_.duplicates;
    status.refused = counters_.refused;
    status.late = counters_.late;
    status.keyless = counters_.keyless;
    status.overflowed = counters_.overflowed;
    status.exposures = counters_.exposures;
    status.exposures_dropped = counters_.exposures_dropped;
    status.replayed_at_start = replayed_;
    status.dedup_window = Duration{counters_.dedup_window_us};
    status.dedup_entries = counters_.dedup_entries;
    auto problem = writer_->problem();
    status.open = !problem && !queue_.is_closed();
    if (problem) status.problem = problem->message;
    return status;
  }

 private:
  // The writer takes jobs before the answers that came with them: the second of two empty jobs is done when every
  // answer recorded before the first is journaled. One that is refused means that nothing is journaled now.
  void settle_exposures() {
    for (int turn = 0; turn < 2; ++turn) {
      auto job = std::make_unique<Job>();
      job->receipt = wall_.now();
      job->ack = Acknowledge::Written;
      auto done = std::make_shared<std::promise<void>>();
      job->updated = [done](Result<Position>) { done->set_value(); };
      enqueue(std::move(job));
      done->get_future().wait();
    }
  }

  // Numbers never change, so the ones known already need not be looked up by the writer.
  void look_up_names(Job& job) const {
    base::Epochs::Pin pin(store_.epochs());
    const auto& names = store_.dictionary();
    for (auto& event : job.events) {
      if (!event.user.bytes.empty()) event.user.number = names.find(NameKind::User, event.user.bytes);
      if (!event.item.bytes.empty()) event.item.number = names.find(NameKind::Item, event.item.bytes);
      if (!event.session.bytes.empty()) event.session.number = names.find(NameKind::Session, event.session.bytes);
    }
  }

  // Why the job was not taken; then it is still the caller's.
  std::optional<Error> push(std::unique_ptr<Job>& job) {
    if (auto problem = writer_ && !writer_->open() ? writer_->problem() : std::nullopt) return problem;
    if (queue_.push(job)) return std::nullopt;
    if (queue_.is_closed()) return Error{Code::Unavailable, "ingestion is closed: the engine is stopping"};
    return Error{Code::Exhausted, "too many events are waiting to be journaled; send them again in a moment"};
  }

  void enqueue(std::unique_ptr<Job> job) {
    if (auto refused = push(job)) job->fail(*refused);
  }

  const definition::App& app_;
  std::shared_ptr<const feature::Plan> plan_;
  store::Store& store_;
  const base::WallClock& wall_;
  const base::MonotonicClock& monotonic_;
  const IngestOptions options_;
  std::unique_ptr<journal::Journal> journal_;
  Validator validator_;
  Queue queue_;
  Counters counters_;
  uint64_t replayed_ = 0;
  IngestStatus last_;               // After close().
  std::unique_ptr<Writer> writer_;  // Last: its thread uses everything above.
};

}  // namespace

Result<std::unique_ptr<Ingest>> Ingest::open(io::Database& database, const definition::App& app,
                                             std::shared_ptr<const feature::Plan> plan, store::Store& store,
                                             const base::WallClock& wall, const base::MonotonicClock& monotonic,
                                             const IngestOptions& options) {
  AUGURY_TRY(auto journal, journal::Journal::open(database, kJournalFamily));
  auto made = std::make_unique<OpenIngest>(app, std::move(plan), store, wall, monotonic, options, std::move(journal));
  AUGURY_TRY_VOID(made->start(database, app));
  return std::unique_ptr<Ingest>(std::move(made));
}

std::vector<io::Family> Ingest::families() { return {{"journal", true}, {"names", true}, {"state", false}}; }

std::vector<store::TableKind> Ingest::table_kinds(const feature::Plan& plan) { return ingest::table_kinds(plan); }

}  // namespace augury::ingest
