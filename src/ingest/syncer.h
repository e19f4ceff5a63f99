// Makes the journal durable on a thread of its own: while one sync runs, the next blocks gather, and the next sync
// covers them all.
//
//   Open --sync or append fails--> Stopped                    (until a restart: what was lost is not known)
//   Open --the disk is full--> Full --resume() works--> Open  (tried every second)
//
// Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <thread>

#include "base/sync.h"
#include "io/database.h"
#include "journal/journal.h"

namespace augury::ingest {

class Syncer {
 public:
  // `woke` runs on the syncer's thread after each sync, and when the state changes.
  Syncer(io::Database& database, journal::Journal& journal, std::function<void()> woke);
  ~Syncer();

  // Somebody waits for everything appended so far.
  void want();
  // Everything up to here is durable.
  uint64_t synced() const { return synced_.load(std::memory_order_acquire); }
  bool busy() const { return busy_.load(std::memory_order_acquire); }

  // An append failed.
  void failed(const Error& error);
  // Why nothing can be taken now; empty while open.
  std::optional<Error> problem() const;
  bool open() const { return open_.load(std::memory_order_acquire); }
  void stop();

 private:
  enum class Turn { Sync, Resume };

  void run();
  // Waits for something to do; empty when stopping.
  std::optional<Turn> next();
  void settle(const Result<void>& result, uint64_t newest);

  io::Database& database_;
  journal::Journal& journal_;
  std::function<void()> woke_;
  std::atomic<uint64_t> synced_;
  std::atomic<bool> busy_{false};
  std::atomic<bool> open_{true};
  mutable base::Mutex mutex_;
  base::Condition changed_;
  bool wanted_ AUGURY_GUARDED_BY(mutex_) = false;
  bool stopping_ AUGURY_GUARDED_BY(mutex_) = false;
  std::optional<Error> problem_ AUGURY_GUARDED_BY(mutex_);
  std::thread thread_;  // Last: it uses everything above.
};

}  // namespace augury::ingest
