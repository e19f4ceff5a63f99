#include "ingest/recovery.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include "ingest/applier.h"

namespace augury::ingest {

namespace {

// Runs them on two threads, in order of beginning.
Result<void> all_of(const std::vector<std::function<Result<void>()>>& tasks) {
  std::vector<Result<void>> results(tasks.size());
  std::atomic<size_t> next = 0;
  auto work = [&] {
    for (size_t i; (i = next.fetch_add(1)) < tasks.size();) results[i] = tasks[i]();
  };
  std::thread other(work);
  work();
  other.join();
  for (auto& result : results)
    if (!result) return result;
  return {};
}

class Recovery {
 public:
  Recovery(io::Database& database, const journal::Journal& journal, const definition::App& app,
           const feature::Plan& plan, store::Store& store, Dedup& dedup, Lists& lists)
      : database_(database), journal_(journal), app_(app), plan_(plan), store_(store), dedup_(dedup), lists_(lists) {}

  Result<Recovered> run() {
    AUGURY_TRY(auto meta, read_meta(database_));
    if (meta) meta_ = *meta;
    recovered_.checkpointed = meta_.position;
    for (uint32_t view = 0; view < store_.views(); ++view) {
      if (knows(plan_.views()[view].fingerprint)) known_.push_back(view);
    }
    AUGURY_TRY_VOID(forget_other_views(database_, kept_views()));
    AUGURY_TRY_VOID(load());
    if (known_.size() < store_.views() && meta_.position > 0) AUGURY_TRY_VOID(rebuild());
    AUGURY_TRY_VOID(replay());
    return std::move(recovered_);
  }

 private:
  bool knows(uint64_t fingerprint) const {
    return std::find(meta_.views.begin(), meta_.views.end(), fingerprint) != meta_.views.end();
  }
  std::vector<uint64_t> kept_views() const {
    std::vector<uint64_t> kept;
    for (uint32_t view : known_) kept.push_back(plan_.views()[view].fingerprint);
    return kept;
  }

  Result<void> load() {
    CheckpointReader reader(database_);
    std::vector<std::function<Result<void>()>> tasks;
    tasks.push_back([&] { return reader.names(store_.dictionary()); });
    for (uint32_t view : known_)
      tasks.push_back([&, view] { return reader.rows(plan_.views()[view].fingerprint, store_.rows(view)); });
    tasks.push_back([&] { return reader.dedup(dedup_); });
    AUGURY_TRY_VOID(all_of(tasks));
    StoreRows rows(all_rows(store_));
    Applier applier(app_, plan_, store_.dictionary(), {rows, store_.items(), store_.users(), &store_, &lists_});
    AUGURY_TRY_VOID(reader.catalog([&](const journal::EntityRecord& entity) { applier.apply(entity); }));
    AUGURY_TRY(auto history, reader.history());
    store_.restore_history(history);
    store_.set_newest_receipt(meta_.newest_receipt);
    store_.set_applied(meta_.position);
    return {};
  }

  // Walks the records of [from, to].
  Result<void> walk(uint64_t from, uint64_t to, const auto& visit) {
    auto blocks = journal_.read(from);
    journal::Record record;
    while (true) {
      AUGURY_TRY(auto block, blocks->next());
      if (!block || block->first() > to) return {};
      for (uint64_t sequence = 0; block->next(record, sequence) && sequence <= to;)
        if (sequence >= from) visit(record, sequence);
      AUGURY_TRY_VOID(block->check());
    }
  }

  Result<void> rebuild() {
    base::Epochs epochs;
    store::Catalog items(epochs, app_.item_attributes.size() + app_.item_vectors.size());
    store::Catalog users(epochs, app_.user_attributes.size() + app_.user_vectors.size());
    std::vector<std::unique_ptr<store::Rows>> aside;
    auto views = all_rows(store_);
    auto kinds = table_kinds(plan_);
    for (uint32_t view : known_) {
      aside.push_back(std::make_unique<store::Rows>(epochs, kinds[view]));
      views[view] = aside.back().get();
    }
    StoreRows rows(std::move(views));
    Applier applier(app_, plan_, store_.dictionary(), {rows, items, users});
    AUGURY_TRY_VOID(walk(1, meta_.position, [&](const journal::Record& record, uint64_t sequence) {
      applier.apply(record, sequence);
      ++recovered_.rebuilt;
    }));
    applier.flush();
    return {};
  }

  Result<void> replay() {
    StoreRows rows(all_rows(store_));
    Applier applier(app_, plan_, store_.dictionary(), {rows, store_.items(), store_.users(), &store_, &lists_});
    Timestamp newest = meta_.newest_receipt;
    AUGURY_TRY_VOID(walk(meta_.position + 1, UINT64_MAX, [&](const journal::Record& record, uint64_t sequence) {
      applier.apply(record, sequence);
      ++recovered_.replayed;
      store_.set_applied(sequence);
      if (auto* event = std::get_if<journal::EventRecord>(&record)) {
        newest = std::max(newest, event->receipt);
        if (event->fingerprint == 0) return;
        dedup_.add(event->fingerprint, event->receipt);
        dedup_.confirm(event->fingerprint, event->receipt);
      } else if (auto* entity = std::get_if<journal::EntityRecord>(&record)) {
        recovered_.catalog[{entity->is_user, entity->number}] = encode_entity(*entity);
      }
    }));
    applier.flush();
    store_.set_newest_receipt(newest);
    lists_.touch_all();
    return {};
  }

  io::Database& database_;
  const journal::Journal& journal_;
  const definition::App& app_;
  const feature::Plan& plan_;
  store::Store& store_;
  Dedup& dedup_;
  Lists& lists_;
  CheckpointMeta meta_;
  std::vector<uint32_t> known_;  // Views the checkpoint has rows of.
  Recovered recovered_;
};

}  // namespace

Result<Recovered> recover(io::Database& database, const journal::Journal& journal, const definition::App& app,
                          const feature::Plan& plan, store::Store& store, Dedup& dedup, Lists& lists) {
  return Recovery(database, journal, app, plan, store, dedup, lists).run();
}

}  // namespace augury::ingest
