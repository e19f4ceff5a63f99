// The one thread that numbers, journals and applies: everything in one order.
//
//   taken --encode--> [block being gathered] --append--> [blocks in flight] --apply--> visible, done
//                      until the sync that runs is over     until synced, where somebody asked for that
//
// A block is applied after every block before it. When the journal cannot be written, what is in flight and what comes
// fails; blocks that were appended before the disk was full stay, and are applied once it has room again, because the
// journal has them.
//
// Not thread-safe, except what says so.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "ingest/applier.h"
#include "ingest/checkpoint.h"
#include "ingest/dedup.h"
#include "ingest/lists.h"
#include "ingest/naming.h"
#include "ingest/queue.h"
#include "ingest/recovery.h"
#include "ingest/syncer.h"
#include "journal/journal.h"

namespace augury::ingest {

inline constexpr size_t kBlockBytesMax = 1 << 20;
inline constexpr size_t kBlockRecordsMax = 10'000;

// Read by any thread.
struct Counters {
  std::atomic<uint64_t> accepted = 0, duplicates = 0, refused = 0, late = 0, keyless = 0, overflowed = 0;
  std::atomic<uint64_t> exposures = 0, exposures_dropped = 0;
  std::atomic<uint64_t> dedup_entries = 0;
  std::atomic<int64_t> dedup_window_us = 0;
  std::atomic<uint64_t> checkpointed = 0;
  std::atomic<int64_t> checkpoint_at_ns = 0;  // On the monotonic clock.
  std::atomic<double> checkpoint_seconds = 0;
};

class Writer {
 public:
  struct World {
    io::Database& database;
    journal::Journal& journal;
    const definition::App& app;
    const feature::Plan& plan;
    store::Store& store;
    const base::WallClock& wall;
    const base::MonotonicClock& monotonic;
    const IngestOptions& options;
    Queue& queue;
    Counters& counters;
  };
  Writer(const World& world, Dedup dedup, std::unique_ptr<Lists> lists, Recovered recovered);
  ~Writer();

  // Thread-safe. Why nothing is taken now; empty while open.
  std::optional<Error> problem() const { return syncer_.problem(); }
  bool open() const { return syncer_.open(); }
  // Thread-safe. A checkpoint begun after this call; waits for its end.
  Result<void> checkpoint();
  // Thread-safe. The queue was closed: waits until all that was in it is done.
  void drain();

 private:
  // Records appended together and applied together. Only one of the two lists is used.
  struct Block {
    std::vector<journal::EventRecord> events;  // The first `count`; the others keep their memory for later.
    size_t count = 0;
    std::vector<journal::Record> others;
    uint64_t first = 0, last = 0;
    bool needs_sync = false;
    std::vector<std::unique_ptr<Job>> jobs;

    bool empty() const { return count == 0 && others.empty(); }
  };

  void run();
  bool is_idle() const { return in_flight_.empty() && gathering_->empty(); }
  std::chrono::microseconds patience() const;

  void take(std::unique_ptr<Job> job);
  void take_events(Job& job);
  void take_updates(Job& job);
  void take(std::vector<Exposure>& exposures);
  void wait_with(std::unique_ptr<Job> job);
  journal::EntityRecord entity(const TakenUpdate& update, Timestamp receipt, uint32_t number);
  void add(journal::Record record);
  void gather_kind(bool events);
  void append();
  void append_failed(const Error& error);

  void apply_ready();
  void apply(Block& block);
  void finish(Block& block);
  void fail_waiting();
  std::unique_ptr<Block> fresh_block();

  void publish_lists();
  void begin_checkpoint();
  void end_checkpoint();
  bool checkpoint_due() const;
  uint64_t dirty_bytes() const;

  World world_;
  Dedup dedup_;
  std::unique_ptr<Lists> lists_;
  StoreRows rows_;
  Applier applier_;
  Naming naming_;
  journal::BlockWriter bytes_;  // Of the block being gathered.
  io::Batch batch_;
  std::unique_ptr<Block> gathering_;
  std::deque<std::unique_ptr<Block>> in_flight_;
  size_t events_in_flight_ = 0;
  std::vector<std::unique_ptr<Block>> spare_;
  // What an entity will have once the blocks in flight are applied, and the sequence that says so: a Patch builds on
  // it. (is_user, number) -> attributes.
  struct Staged {
    std::vector<journal::NamedField> attributes;
    bool known = false;
    uint64_t block = 0;
  };
  std::map<std::pair<bool, uint32_t>, Staged> staged_;
  uint64_t blocks_begun_ = 0;
  CatalogBytes changed_entities_;

  base::MonotonicTime lists_at_;
  base::MonotonicTime checkpoint_at_;
  uint64_t checkpoint_records_ = 0;  // Applied since the last cut.

  mutable base::Mutex mutex_;
  base::Condition moved_;
  uint64_t checkpoint_wanted_ AUGURY_GUARDED_BY(mutex_) = 0;
  uint64_t checkpoint_begun_ AUGURY_GUARDED_BY(mutex_) = 0;
  uint64_t checkpoint_done_ AUGURY_GUARDED_BY(mutex_) = 0;
  Result<void> checkpoint_result_ AUGURY_GUARDED_BY(mutex_);
  bool drained_ AUGURY_GUARDED_BY(mutex_) = false;

  std::atomic<bool> stopping_{false};
  Syncer syncer_;
  Checkpointer checkpointer_;
  std::thread thread_;  // Last: it uses everything above.
};

}  // namespace augury::ingest
