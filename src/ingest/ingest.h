// Events into the journal, the rows and the catalogue: durable first, then visible, each counted once.
//
//   I/O threads --submit--> [bounded queue] --> writer: dedup, number, append block --+
//                                                                                     v
//   done(receipt) <-- writer: apply block to rows, in journal order <--- syncer: group sync
//
// Two threads of its own (writer, syncer) and one low-priority one (checkpoints). The state applies a block only after
// the acknowledgement its producer asked for.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "augury/engine.h"
#include "augury/entity.h"
#include "augury/event.h"
#include "augury/result.h"
#include "base/clock.h"
#include "definition/app.h"
#include "feature/plan.h"
#include "ingest/past.h"
#include "io/database.h"
#include "journal/record.h"
#include "store/store.h"

namespace augury::ingest {

struct IngestOptions {
  // Events waiting for the writer beyond this are refused (Exhausted: try again): memory stays bounded.
  size_t queue_events_max = 200'000;
  // Exposures waiting beyond this are dropped and counted; an answer never waits for its own record.
  size_t queue_exposures_max = 100'000;
  Duration checkpoint_every = std::chrono::seconds{30};
  uint64_t checkpoint_dirty_bytes = 256ull << 20;
  uint64_t checkpoint_events = 250'000;
  // Lists behind `popular` and `recent` are at most this old. Short, so that imported history, where days pass in a
  // second, is ranked by what was popular then; publishing one takes tens of microseconds.
  Duration list_every = std::chrono::milliseconds{1};
};

// An answer to be remembered. Names are still strings: numbers are given by the writer.
struct Exposure {
  journal::PredictionId prediction{};
  Timestamp now;
  Timestamp receipt;
  uint64_t position = 0;
  uint64_t snapshot = 0;  // What publish() returned for the versions it used.
  std::vector<journal::ExposureRecord::Newer> newer;
  uint64_t list = 0;
  std::string placement;
  std::string user_id;
  std::string session_id;
  Level level = Level::Primary;
  bool cache_hit = false;
  std::string fallback_reason;
  std::string experiment;
  std::string variant;
  double propensity = 1;
  struct Member {
    std::string name;
    std::string version;
    double weight = 0;
  };
  std::vector<Member> members;
  struct Item {
    std::string id;
    double score = 0;
    double propensity = 1;
  };
  std::vector<Item> items;
  std::vector<std::string> candidates;
  std::vector<std::pair<std::string, OwnedValue>> context;
  bool explained = false;
};

struct IngestStatus {
  Position journaled, applied, checkpointed;
  double checkpoint_age_s = 0;
  double checkpoint_seconds_last = 0;
  uint64_t accepted = 0, duplicates = 0, refused = 0, late = 0, keyless = 0;
  uint64_t overflowed = 0;  // Sums that an event would have carried beyond 127 bits.
  uint64_t exposures = 0, exposures_dropped = 0;
  uint64_t replayed_at_start = 0;
  Duration dedup_window{};
  uint64_t dedup_entries = 0;
  bool open = true;
  std::string problem;  // Why ingestion has stopped; empty while open.
};

class Ingest {
 public:
  // Recovers `store` from the newest checkpoint and the journal behind it, then starts the threads. Everything given
  // by reference outlives the Ingest. Corrupt: the message names the damage and the repair.
  static Result<std::unique_ptr<Ingest>> open(io::Database& database, const definition::App& app,
                                              std::shared_ptr<const feature::Plan> plan, store::Store& store,
                                              const base::WallClock& wall, const base::MonotonicClock& monotonic,
                                              const IngestOptions& options);
  // The column families it needs, in order.
  static std::vector<io::Family> families();
  // How a Store for this plan keeps each view.
  static std::vector<store::TableKind> table_kinds(const feature::Plan& plan);

  virtual ~Ingest() = default;

  // See Engine::ingest. Validates and copies before it returns; `done` runs on the writer's thread, or at once.
  virtual void submit(std::span<const Event> events, Acknowledge ack, Engine::Taken done) = 0;
  virtual void update(std::span<const EntityUpdate> updates, Engine::Updated done) = 0;
  virtual void record(Exposure exposure) = 0;
  // Journals what goes live and returns its sequence (ExposureRecord::snapshot). Blocks.
  virtual Result<uint64_t> publish(const std::string& description) = 0;

  // ---- Looking back; each blocks, at most until `limit` ----

  // See past.h. Whatever was recorded before the call is found.
  virtual Result<RememberedAnswer> find_answer(const journal::PredictionId& id, const TimeLimit& limit) = 0;
  virtual Result<std::string> find_publication(uint64_t sequence) const = 0;
  virtual Result<uint64_t> rebuild_at(uint64_t position, Timestamp lists_at, const TimeLimit& limit,
                                      store::Store& into) const = 0;

  // Takes a checkpoint now and waits for it.
  virtual Result<void> checkpoint() = 0;
  // Finishes what was accepted, writes a checkpoint, marks the clean end. No submit after it. Destroyed without it, an
  // Ingest stops as a crash would: what was not acknowledged fails (Unavailable), the next open() replays.
  virtual Result<void> close() = 0;

  virtual IngestStatus status() const = 0;
};

}  // namespace augury::ingest
