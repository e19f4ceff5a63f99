#include "ingest/row_source.h"

#include "base/check.h"

namespace augury::ingest {

StoreRows::Opened& StoreRows::opened(void* row) {
  size_t i = open_.size();
  while (i > 0 && open_[i - 1].row != row) --i;
  AUGURY_CHECK(i > 0);
  return open_[i - 1];
}

feature::MutableRow StoreRows::open(uint32_t view, uint64_t key, uint32_t words) {
  auto row = views_[view]->open(key, words);
  open_.push_back({views_[view], row.row});
  return {row.words, row.size, row.row};
}

feature::MutableRow StoreRows::grow(const feature::MutableRow& row, uint32_t words) {
  Opened& place = opened(row.handle);
  auto grown = place.rows->grow({row.words, row.size, row.handle}, words);
  place.row = grown.row;
  return {grown.words, grown.size, grown.row};
}

void StoreRows::close(const feature::MutableRow& row) {
  Opened& place = opened(row.handle);
  place.rows->close({row.words, row.size, row.handle}, sequence_);
  place = open_.back();
  open_.pop_back();
}

std::vector<store::TableKind> table_kinds(const feature::Plan& plan) {
  std::vector<store::TableKind> kinds;
  for (auto& view : plan.views())
    kinds.push_back(view.by.size() > 1 ? store::TableKind::Hashed : store::TableKind::Dense);
  return kinds;
}

std::vector<store::Rows*> all_rows(store::Store& store) {
  std::vector<store::Rows*> rows;
  for (uint32_t view = 0; view < store.views(); ++view) rows.push_back(&store.rows(view));
  return rows;
}

}  // namespace augury::ingest
