// What is known of items and users: their attributes and vectors, by number.
//
// One thread writes (the journal's order is the catalogue's order); any thread reads under a base::Epochs::Pin and
// without a lock.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/epoch.h"
#include "definition/datum.h"
#include "store/catalog/terms.h"

namespace augury::store {

// Somebody who keeps something in step with the catalogue, such as an index. Called by the writer, after the change.
class CatalogFollower {
 public:
  virtual ~CatalogFollower() = default;
  virtual void put(uint32_t number, std::span<const definition::Datum> values) = 0;
  virtual void erase(uint32_t number) = 0;
};

class Catalog {
 public:
  // `attributes`: how many, and vectors, an entity of this kind has in the app file. `compared`: of these, the ones
  // whose terms are kept.
  Catalog(base::Epochs& epochs, size_t attributes, std::span<const int> compared = {});
  ~Catalog();

  // In the app file's order, vectors last (one missing value if the app file names none); empty if the entity is not in
  // the catalogue (never put, or deleted). Valid under the caller's Pin.
  std::span<const definition::Datum> attributes(uint32_t number) const;
  // Of a compared attribute: the entity's terms by hash (none if it is not in the catalogue), and those of all.
  std::span<const Term> terms(uint32_t number, int attribute) const;
  const Terms& terms(int attribute) const;
  bool contains(uint32_t number) const { return !attributes(number).empty(); }

  // Writer only. `values` are copied; texts must outlive the catalogue (they are the dictionary's).
  void put(uint32_t number, std::span<const definition::Datum> values);
  void erase(uint32_t number);
  // Before the first put. The follower outlives the catalogue's last change.
  void follow(CatalogFollower& follower);

  uint32_t highest() const;  // No entity beyond this number.
  uint64_t count() const;
  uint64_t bytes() const;

 private:
  struct Entries;
  std::unique_ptr<Entries> entries_;
};

}  // namespace augury::store
