// The state at one position, kept so that a restart replays only what came after. docs/formats/checkpoint.md has the
// bytes.
//
// The writer begins a cut between two blocks and goes on; a low-priority thread writes what changed since the last cut
// as one sorted file and publishes it in one step, only after the journal is durable up to the cut. A checkpoint that
// fails leaves everything to the next.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "augury/result.h"
#include "base/sync.h"
#include "feature/plan.h"
#include "ingest/dedup.h"
#include "io/database.h"
#include "journal/journal.h"
#include "store/store.h"

namespace augury::ingest {

// Families of the database, in the order of Ingest::families().
inline constexpr int kJournalFamily = 0;
inline constexpr int kNamesFamily = 1;
inline constexpr int kStateFamily = 2;

// Catalogue entries changed since the last cut, as bytes: (is_user, number) -> EntityRecord.
using CatalogBytes = std::map<std::pair<bool, uint32_t>, std::string>;
std::string encode_entity(const journal::EntityRecord& entity);
Result<journal::EntityRecord> decode_entity(std::string_view bytes);

// What the last checkpoint says of itself.
struct CheckpointMeta {
  uint64_t position = 0;
  Timestamp newest_receipt;
  std::vector<uint64_t> views;  // Fingerprints of those it has rows of.
};
// nullopt: there is none. Corrupt, or Invalid if a newer version wrote it.
Result<std::optional<CheckpointMeta>> read_meta(const io::Database& database);

// Everything of one cut but the rows, which are visited in the store.
struct Cut {
  CheckpointMeta meta;
  CatalogBytes catalog;
  std::vector<Dedup::Hour> dedup;
  int64_t dedup_oldest_hour = 0;
  std::vector<uint64_t> history;
};

// Reads the parts back, each on its own, so that two threads can share the work. Corrupt if the bytes are damaged.
class CheckpointReader {
 public:
  explicit CheckpointReader(const io::Database& database) : database_(database) {}
  Result<void> names(store::Dictionary& names) const;
  Result<void> rows(uint64_t view, store::Rows& rows) const;
  Result<void> catalog(const std::function<void(const journal::EntityRecord&)>& visit) const;
  Result<void> dedup(Dedup& dedup) const;
  Result<std::vector<uint64_t>> history() const;

 private:
  const io::Database& database_;
};

// Removes rows of views that `kept` does not name: they are of a plan that is gone, and of another moment.
Result<void> forget_other_views(io::Database& database, const std::vector<uint64_t>& kept);

// Key and value of a dictionary entry, written with the block that needs it.
void put_name(io::Batch& batch, definition::NameKind kind, uint32_t number, std::string_view name);

// Thread-safe as said at each method.
class Checkpointer {
 public:
  Checkpointer(io::Database& database, journal::Journal& journal, store::Store& store, const feature::Plan& plan,
               std::function<void()> woke);
  ~Checkpointer();

  // Writer, when idle(): the rows' cut has begun.
  void start(Cut cut);
  bool idle() const { return !running_; }
  // Writer: how the last one ended, once; the writer then ends the cut of the rows.
  struct Ended {
    Cut cut;
    Result<void> result;
    double seconds = 0;
  };
  std::optional<Ended> ended();

 private:
  void run();
  Result<void> write(const Cut& cut);
  Result<void> write_rows(io::SortedFile& file);
  Result<void> forget_old_ids(int64_t oldest_hour);

  io::Database& database_;
  journal::Journal& journal_;
  store::Store& store_;
  const feature::Plan& plan_;
  std::function<void()> woke_;
  bool running_ = false;  // The writer's.
  base::Mutex mutex_;
  base::Condition changed_;
  std::optional<Cut> wanted_ AUGURY_GUARDED_BY(mutex_);
  std::optional<Ended> ended_ AUGURY_GUARDED_BY(mutex_);
  bool stopping_ AUGURY_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses everything above.
};

}  // namespace augury::ingest
