// What features are worth for one subject, and for one candidate after the other.
//
//   values.prepare(columns);                  // the shared ones, once
//   for (item : items) {
//     values.select(item);                    // whose own values from now on
//     values.compute(columns);
//     use(values.number(feature));
//   }
//
// A key that the dictionary does not know has had no events: counts are 0, lists empty. Without a key (nobody asks, the
// item has no such attribute) a value is missing.
//
// Not thread-safe: of one answer. Used under the Pin under which it was made; numbers already taken out stay good.
#pragma once

#include <memory_resource>
#include <string_view>
#include <vector>

#include "definition/expression.h"
#include "pipeline/likeness.h"
#include "pipeline/question.h"
#include "pipeline/row_access.h"
#include "pipeline/snapshot.h"

namespace augury::pipeline {

class Values final : public definition::Scope {
 public:
  Values(const Snapshot& snapshot, const store::Store& store, const RowAccess& rows, const Subject& subject,
         std::pmr::memory_resource& arena);

  void prepare(const Columns& columns);
  // Hints that `item` will be selected soon and `columns` computed for it.
  void prefetch(const Columns& columns, uint32_t item) const;
  void select(uint32_t item, std::string_view id);
  void compute(const Columns& columns);
  // A condition over values computed before: missing is false.
  bool holds(const definition::Expression& condition);

  // Computed before; valid until the next select() if it is of the item.
  const definition::Datum& of(int feature) const { return values_[static_cast<size_t>(feature)]; }
  double number(int feature) const { return of(feature).as_number(); }
  // The attribute of the selected item; missing if it is not in the catalogue.
  definition::Datum item_attribute(int attribute) const;

  // What a together feature says of all items, for these anchors.
  feature::PullField pull(int together, std::span<const feature::PullField::Anchor> anchors) const;

  definition::Datum value(const definition::Reference& reference) const override;

 private:
  struct Key {
    bool present = false;  // Else the value is missing.
    bool known = false;    // Else there is no row.
    uint64_t key = 0;
  };
  struct CachedRow {
    uint64_t key = 0;
    uint64_t selection = 0;  // 0: shared. Else of that select(); valid while it lasts.
    bool valid = false;
    std::span<const uint64_t> words;
  };
  struct Part {
    bool present = false;
    uint32_t number = 0;
  };

  Part part(const definition::KeyPart& part, uint32_t item, std::span<const definition::Datum> attributes) const;
  Key key(int view, uint32_t item, std::span<const definition::Datum> attributes) const;
  std::span<const uint64_t> row(int view, uint64_t key, bool shared);
  void run(const Step& step, bool shared);
  void spread(const Step& step);

  const Snapshot& snapshot_;
  const store::Store& store_;
  const RowAccess& rows_;
  DictionaryNames names_;
  const Subject& subject_;
  std::pmr::memory_resource& arena_;
  std::pmr::monotonic_buffer_resource scratch_;  // Of the selected item.
  std::span<const definition::Datum> user_attributes_;
  std::pmr::vector<definition::Datum> values_;  // By App::features; missing where not computed.
  std::pmr::vector<CachedRow> cached_;          // By view.
  // What pull and similar look items up in, by App::features; null until prepared, or without a user.
  std::pmr::vector<feature::PullField*> fields_;
  std::pmr::vector<Likeness*> likenesses_;
  uint64_t selection_ = 0;
  uint32_t item_ = 0;
  std::string_view item_id_;
  std::span<const definition::Datum> item_attributes_;
};

}  // namespace augury::pipeline
