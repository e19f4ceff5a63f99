// Lets a plan change and read the rows of a store. It knows which event is being applied, and leaves its sequence in
// each row it touched.
//
// Not thread-safe: the writer's.
#pragma once

#include <vector>

#include "feature/plan.h"
#include "feature/row.h"
#include "store/store.h"

namespace augury::ingest {

class StoreRows : public feature::RowSource {
 public:
  explicit StoreRows(std::vector<store::Rows*> views) : views_(std::move(views)) { open_.reserve(16); }

  void at(uint64_t sequence) { sequence_ = sequence; }

  feature::MutableRow open(uint32_t view, uint64_t key, uint32_t words) override;
  feature::MutableRow grow(const feature::MutableRow& row, uint32_t words) override;
  void close(const feature::MutableRow& row) override;
  void prefetch(uint32_t view, uint64_t key) override { views_[view]->prefetch(key); }

 private:
  struct Opened {
    store::Rows* rows;
    void* row;
  };
  Opened& opened(void* row);

  std::vector<store::Rows*> views_;
  std::vector<Opened> open_;  // A few at most; the one wanted is near the end.
  uint64_t sequence_ = 0;
};

// How the rows of each view of a plan are found: by number where the key is one number, hashed where it is a pair.
std::vector<store::TableKind> table_kinds(const feature::Plan& plan);
std::vector<store::Rows*> all_rows(store::Store& store);

}  // namespace augury::ingest
