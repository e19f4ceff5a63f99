// What a user's recent items say about every other item, all at once:
//
//   field(i) = Σ over anchors a of weight(a) · score(a, i)      score as together(...) defines it
//
// Each anchor's neighbours are read once and spread out over the items they name, so that asking for one item more is a
// division; asking score(a, i) pair by pair would search every anchor's neighbours for every item.
//
// Not thread-safe: of one answer; everything lies in its arena.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "augury/time.h"
#include "feature/row.h"

namespace augury::feature {

class Together;

class PullField {
 public:
  struct Anchor {
    uint32_t item = 0;
    double weight = 0;
  };
  struct Pulled {
    uint32_t item = 0;
    double score = 0;
    uint32_t anchor = 0;  // The one that says most, where asked for.
  };
  enum class Loudest { Forgotten, Named };

  // `anchors`: each item once. `rows` and `together` outlive it.
  PullField(const Together& together, std::span<const Anchor> anchors, Loudest loudest, Timestamp now,
            const RowReader& rows, std::pmr::memory_resource& arena);

  double of(uint32_t item) const;
  // The `count` items it is greatest for, ties by item number; none it is 0 for.
  std::pmr::vector<Pulled> strongest(size_t count) const;

 private:
  struct Voice {
    double most = 0;
    uint32_t anchor = 0;
  };
  // Items by number, 64 to a page; pages come as items are named, so a large catalogue costs no memory.
  static constexpr uint32_t kPage = 64;
  struct Page {
    double sums[kPage] = {};  // Of what anchors give, before the division by what the item itself counts.
    Voice* voices = nullptr;  // kPage of them, where the loudest are named.
  };
  using Sums = std::pmr::unordered_map<uint32_t, double>;

  void spread(const Anchor& anchor, Timestamp now, std::pmr::memory_resource& room);
  Page& page_of(uint32_t item) {
    uint32_t page = item / kPage;
    return page < pages_.size() && pages_[page] != nullptr ? *pages_[page] : made(page);
  }
  Page& made(uint32_t page);
  void keep_clocks_apart();

  const Together& together_;
  const RowReader& rows_;
  std::pmr::memory_resource& arena_;
  const Loudest loudest_;
  std::pmr::vector<Page*> pages_;
  // Anchors are read at clocks of their own. Almost always that is `now` for all: one entry, whose sums are the pages'.
  std::pmr::vector<std::pair<int64_t, Sums>> by_clock_;
};

}  // namespace augury::feature
