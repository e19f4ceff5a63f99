// All that an answer reads of the present: rows, catalogue, names, published lists.
//
// Written by one thread (ingest), read by all: hold a Pin on `epochs()` while using anything returned by reference.
#pragma once

#include <atomic>
#include <memory>
#include <memory_resource>
#include <span>
#include <vector>

#include "augury/position.h"
#include "augury/time.h"
#include "base/epoch.h"
#include "definition/app.h"
#include "store/catalog/catalog.h"
#include "store/catalog/dictionary.h"
#include "store/online/ranked_list.h"
#include "store/online/rows.h"

namespace augury::store {

class Store {
 public:
  // `views`: how many kinds of rows the plan has, with the table kind of each (rows.h).
  Store(const definition::App& app, std::span<const TableKind> views);
  ~Store();

  base::Epochs& epochs() const { return epochs_; }
  Dictionary& dictionary() { return dictionary_; }
  const Dictionary& dictionary() const { return dictionary_; }
  Catalog& items() { return items_; }
  const Catalog& items() const { return items_; }
  Catalog& users() { return users_; }
  const Catalog& users() const { return users_; }
  Rows& rows(uint32_t view) { return *rows_[view]; }
  const Rows& rows(uint32_t view) const { return *rows_[view]; }
  size_t views() const { return rows_.size(); }

  // The newest published list by that feature (or by that time attribute of item); null before the first.
  std::shared_ptr<const RankedList> list_by_feature(int feature) const;
  std::shared_ptr<const RankedList> list_by_attribute(int attribute) const;
  void publish(std::shared_ptr<const RankedList> list);  // Writer only.

  // Everything up to here is in the rows.
  Position applied() const { return {0, applied_.load(std::memory_order_acquire)}; }
  void set_applied(uint64_t sequence) { applied_.store(sequence, std::memory_order_release); }
  // When the newest applied event was taken (receipt); 1970 if none.
  Timestamp newest_receipt() const { return from_micros(newest_receipt_.load(std::memory_order_relaxed)); }
  void set_newest_receipt(Timestamp t) { newest_receipt_.store(micros(t), std::memory_order_relaxed); }

  // What makes cached answers of a user stale: the sequence of the newest applied event of `event_type` (of
  // App::events) by that user, 0 if none. Lost at restart, with the cache it protects.
  uint64_t newest_event(uint32_t user, int event_type) const;
  void note_event(uint32_t user, int event_type, uint64_t sequence);  // Writer only; impressions are not noted.
  // Has this user ever sent an event of the app file (impressions aside)? Survives restarts.
  bool has_history(uint32_t user) const;
  // The same of all users, 64 to a word, user 0 first: what a checkpoint keeps.
  std::vector<uint64_t> history() const;
  void restore_history(std::span<const uint64_t> words);

 private:
  mutable base::Epochs epochs_;
  Dictionary dictionary_;
  Catalog items_;
  Catalog users_;
  std::vector<std::unique_ptr<Rows>> rows_;
  struct Lists;
  std::unique_ptr<Lists> lists_;
  struct UserMarks;
  std::unique_ptr<UserMarks> marks_;
  std::atomic<uint64_t> applied_{0};
  std::atomic<int64_t> newest_receipt_{0};
};

}  // namespace augury::store
