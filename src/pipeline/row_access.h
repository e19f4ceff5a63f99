// The store, as a plan wants to read it: rows by view and key, names by number.
//
// Not thread-safe: of one answer. Used under a Pin on the store's epochs.
#pragma once

#include <vector>

#include "feature/plan.h"
#include "feature/row.h"
#include "store/store.h"

namespace augury::pipeline {

// A row that changed while the answer was being made: it was seen as of `position`, newer than the answer's own.
struct NewerRow {
  uint32_t view = 0;
  uint64_t key = 0;
  uint64_t position = 0;
};

class RowAccess : public feature::RowReader {
 public:
  // `position`: applied when the answer's fetch began.
  RowAccess(const store::Store& store, uint64_t position) : store_(store), position_(position) {}

  std::span<const uint64_t> read(uint32_t view, uint64_t key, std::pmr::memory_resource& arena) const override;
  void prefetch(uint32_t view, uint64_t key) const { store_.rows(view).prefetch(key); }

  std::span<const NewerRow> newer() const { return newer_; }

 private:
  const store::Store& store_;
  const uint64_t position_;
  mutable std::vector<NewerRow> newer_;  // Each (view, key) may appear more than once; at most kNewerMax.
};

class DictionaryNames : public feature::NameSource {
 public:
  explicit DictionaryNames(const store::Dictionary& dictionary) : dictionary_(dictionary) {}
  std::string_view name(definition::NameKind kind, uint32_t number) const override {
    return dictionary_.name(kind, number);
  }

 private:
  const store::Dictionary& dictionary_;
};

}  // namespace augury::pipeline
