// Which event ids were counted already: 64-bit fingerprints in tables by the hour of receipt.
//
// A table stays until everything in it is older than the window, so an id is known for at least that long, and at most
// an hour more. When there are more ids than allowed the oldest table goes early: the window in force is then shorter,
// and says so.
//
// Not thread-safe: the writer's.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "augury/time.h"
#include "definition/app.h"

namespace augury::ingest {

class Dedup {
 public:
  explicit Dedup(const definition::DedupRules& rules);

  // False, changing nothing, if the id is known. Fingerprints are not 0.
  bool add(uint64_t fingerprint, Timestamp receipt);
  // Takes back an add() whose event did not get into the journal.
  void remove(uint64_t fingerprint);
  void prefetch(uint64_t fingerprint) const;

  uint64_t entries() const { return entries_; }
  // An id counted this long ago is still known.
  Duration window_in_force(Timestamp now) const;

  // ---- For checkpoints ----

  struct Hour {
    int64_t hour = 0;  // Of receipt, since 1970.
    std::vector<uint64_t> fingerprints;
  };
  // The event of that id is in the state from here on.
  void confirm(uint64_t fingerprint, Timestamp receipt);
  // What was confirmed since the last call.
  std::vector<Hour> take_confirmed();
  void give_back(std::vector<Hour> confirmed);
  // Hours before this one may be forgotten.
  int64_t oldest_hour() const;

 private:
  struct Table {
    int64_t hour = 0;  // Of the first receipt.
    Timestamp newest;  // Receipt.
    uint64_t used = 0;
    std::vector<uint64_t> slots;  // Open addressing; 0 is free.

    bool contains(uint64_t fingerprint) const;
    void add(uint64_t fingerprint);
    bool remove(uint64_t fingerprint);
    void grow();
  };
  Table& table_for(Timestamp receipt);
  void drop_oldest();

  definition::DedupRules rules_;
  std::deque<Table> tables_;  // Oldest first.
  uint64_t entries_ = 0;
  Timestamp forgotten_{};  // The newest receipt among what went early.
  std::vector<Hour> confirmed_;
};

}  // namespace augury::ingest
