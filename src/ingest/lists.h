// Keeps the published lists of items: the most popular by a feature, the newest by a time attribute.
//
// The writer tells which items it touched; a publication looks at those, and at those whose value may have changed
// because a pane slid out. Decayed features are ordered by a key that time does not change, so a quiet item costs
// nothing. An item that was never put counts; one that was deleted leaves until it is put again. A value of zero or
// less is no popularity: counts and sums without it are not listed.
//
// Not thread-safe: the writer's.
#pragma once

#include <memory>
#include <queue>
#include <set>
#include <vector>

#include "base/clock.h"
#include "definition/app.h"
#include "feature/plan.h"
#include "ingest/ranking.h"
#include "store/store.h"

namespace augury::ingest {

// Which lists the placements of an app want: by number features of item, and by time attributes of item.
struct WantedLists {
  std::set<int> features;
  std::set<int> attributes;
};
WantedLists wanted_lists(const definition::App& app, const feature::Plan& plan);

class Lists {
 public:
  Lists(const definition::App& app, const feature::Plan& plan, store::Store& store, const base::WallClock& wall);

  void event(uint32_t item) { touch(item); }
  void put(uint32_t item);
  void erase(uint32_t item);
  bool is_deleted(uint32_t item) const { return item < deleted_.size() && deleted_[item]; }
  // Looks at every item there is: after recovery.
  void touch_all();

  // Is there anything to look at?
  bool due(Timestamp now) const;
  // Publishes each list of which something changed.
  void publish();
  bool empty() const { return by_feature_.empty() && by_attribute_.empty(); }

 private:
  struct Expiry {
    Timestamp after;
    uint32_t item;
    bool operator>(const Expiry& other) const { return after > other.after; }
  };
  struct ByFeature {
    int feature;
    uint32_t view;
    bool decayed;   // Ordered by Plan::order_key.
    bool positive;  // Only values above zero.
    Ranking ranking{};
    std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> expiries{};
    std::vector<Timestamp> changes_after{};  // By item; the one entry of `expiries` that counts.
    bool changed = false;
  };
  struct ByAttribute {
    int attribute;
    Ranking ranking{};
    bool changed = false;
  };

  void touch(uint32_t item);
  void look_at_touched(Timestamp now);
  void look(ByFeature& list, uint32_t item, Timestamp now);
  void look(ByAttribute& list, uint32_t item);
  void publish(ByFeature& list, Timestamp now);
  void publish(ByAttribute& list, Timestamp now);
  std::shared_ptr<store::RankedList> made(int feature, int attribute, Timestamp now);
  double value(const ByFeature& list, uint32_t item, Timestamp now) const;

  const feature::Plan& plan_;
  store::Store& store_;
  const base::WallClock& wall_;
  std::vector<ByFeature> by_feature_;
  std::vector<ByAttribute> by_attribute_;
  std::vector<uint32_t> touched_;
  std::vector<bool> is_touched_;  // By item.
  std::vector<bool> deleted_;     // By item.
  bool changed_ = false;
  uint64_t number_ = 0;
};

}  // namespace augury::ingest
