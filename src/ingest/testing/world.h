// A whole ingest over a folder of its own, for tests: open it, feed it, crash it, open it again, ask what features are
// worth.
#pragma once

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "definition/app.h"
#include "feature/plan.h"
#include "ingest/ingest.h"
#include "io/database.h"
#include "io/file_system.h"
#include "store/store.h"

namespace augury::ingest {

// Not thread-safe, except send() and update().
class World {
 public:
  // `files`: null for the real file system.
  explicit World(definition::App app, std::shared_ptr<io::FileSystem> files = nullptr);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // The app of a text that must be right.
  static definition::App app_of(const std::string& yaml);

  Result<void> open();
  // Drops everything as it stands: what was not written is lost.
  void crash();
  Result<void> close();
  // The next open() is on this disk (null: the real one); nothing is open.
  void replace_disk(std::shared_ptr<io::FileSystem> files) { files_ = std::move(files); }
  // Opens the folder under another app file.
  Result<void> reopen_as(definition::App app);

  Result<EventReceipt> send(const std::vector<Event>& events, Acknowledge ack = Acknowledge::Sync);
  Result<Position> update(const std::vector<EntityUpdate>& updates);
  // The same, which must succeed.
  EventReceipt sent(const std::vector<Event>& events, Acknowledge ack = Acknowledge::Sync);
  Position updated(const std::vector<EntityUpdate>& updates);
  // All that was recorded so far is applied.
  void settle();

  // A Number feature at the wall's now, by the names of its key; NaN if missing.
  double value(const std::string& feature, const std::vector<std::string>& key);
  // Of all rows, names, catalogue and marks, read in one order.
  uint64_t state_hash();

  base::ManualWallClock wall;
  IngestOptions options;
  definition::App app;
  std::shared_ptr<const feature::Plan> plan;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Ingest> ingest;
  std::unique_ptr<io::Database> database;

  const std::filesystem::path& folder() const { return folder_; }
  uint32_t number(definition::NameKind kind, const std::string& name) const;

 private:
  void hash_rows(std::string& all) const;

  std::shared_ptr<io::FileSystem> files_;
  std::filesystem::path folder_;
};

}  // namespace augury::ingest
