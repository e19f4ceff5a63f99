// The rows of one view, in memory: key -> words, under a sequence lock of their own.
//
// One thread writes; any thread reads without a lock and gets each row whole, as it was at one position. A row that
// outgrew its place is moved; readers of the old place see it as it was, until the epochs free it.
//
// Sequence lock without fences (Boehm, 2012): the writer stores an odd number, each word with release, then the even
// number with release; the reader loads the number with acquire, each word with acquire, and the number again.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <vector>

#include "base/epoch.h"

namespace augury::store {

// Dense: keys are numbers of one dictionary kind, an array by number. Hashed: anything else.
enum class TableKind { Dense, Hashed };

class Rows {
 public:
  Rows(base::Epochs& epochs, TableKind kind);
  ~Rows();

  // ---- Readers (under a Pin) ----

  struct Copy {
    std::span<const uint64_t> words;  // Empty: no such row.
    uint64_t position = 0;            // Sequence of the last event that changed it.
  };
  Copy read(uint64_t key, std::pmr::memory_resource& arena) const;
  // Starts fetching the memory behind `key`: call for a whole batch, then read.
  void prefetch(uint64_t key) const;

  // ---- The writer ----

  // A row open for writing, with at least the words asked for. Words never written before are zero. Readers wait for
  // close(), so it comes soon.
  struct Open {
    std::atomic<uint64_t>* words = nullptr;
    uint32_t size = 0;
    void* row = nullptr;
  };
  Open open(uint64_t key, uint32_t words);
  Open grow(const Open& row, uint32_t words);
  // `position`: sequence of the event that changed it.
  void close(const Open& row, uint64_t position);
  // Recovery, before any reader.
  void restore(uint64_t key, std::span<const uint64_t> words, uint64_t position);
  void erase(uint64_t key);

  // ---- A consistent cut, taken while the writer goes on ----

  // Writer: from now on a row that is changed is first copied aside, until end_cut(). Returns how many rows were
  // changed since the last cut.
  size_t begin_cut();
  // Any one thread, once per cut: each row changed since the last cut, as it was at begin_cut(), keys ascending. No
  // words: it was erased.
  void visit_cut(const std::function<void(uint64_t key, std::span<const uint64_t> words, uint64_t position)>& visit);
  // `published`: false keeps the rows dirty, for the next attempt.
  void end_cut(bool published);

  uint64_t count() const;
  uint64_t bytes() const;        // Of all rows.
  uint64_t dirty_bytes() const;  // Of rows changed since the last cut.

 private:
  struct Table;
  std::unique_ptr<Table> table_;
};

}  // namespace augury::store
