#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "base/random.h"
#include "store/online/rows.h"

namespace augury::store {
namespace {

struct Seen {
  std::vector<uint64_t> words;
  uint64_t position = 0;
  bool operator==(const Seen&) const = default;
};
using State = std::map<uint64_t, Seen>;

// Rows beside a plain map of what they should hold.
class RowsCut : public testing::TestWithParam<TableKind> {
 protected:
  void write(uint64_t key, uint32_t words, uint64_t value) {
    auto row = rows_.open(key, words);
    for (uint32_t i = 0; i < row.size; ++i) row.words[i].store(value, std::memory_order_release);
    rows_.close(row, value);
    state_[key] = {std::vector<uint64_t>(row.size, value), value};
    dirty_.insert_or_assign(key, true);
  }
  void erase(uint64_t key) {
    if (state_.erase(key) == 0) return;
    rows_.erase(key);
    dirty_.insert_or_assign(key, true);
  }
  // What a cut begun now must show.
  State expected() {
    State cut;
    for (auto& [key, _] : dirty_) cut[key] = state_.contains(key) ? state_[key] : Seen{};
    dirty_.clear();
    return cut;
  }
  State visit() {
    State seen;
    uint64_t last = 0;
    rows_.visit_cut([&](uint64_t key, std::span<const uint64_t> words, uint64_t position) {
      EXPECT_TRUE(seen.empty() || key > last) << "keys ascend";
      last = key;
      seen[key] = {{words.begin(), words.end()}, position};
    });
    return seen;
  }
  void random_write(base::Random& random, uint64_t value) {
    uint64_t key = random.below(300);
    if (random.chance(0.1)) return erase(key);
    write(key, 1 + static_cast<uint32_t>(random.below(30)), value);
  }

  base::Epochs epochs_;
  Rows rows_{epochs_, GetParam()};
  State state_;
  std::map<uint64_t, bool> dirty_;
};
INSTANTIATE_TEST_SUITE_P(Rows, RowsCut, testing::Values(TableKind::Dense, TableKind::Hashed),
                         [](const auto& kind) { return kind.param == TableKind::Dense ? "Dense" : "Hashed"; });

TEST_P(RowsCut, ShowsOnlyWhatChangedSinceTheLastOne) {
  write(1, 2, 10);
  write(2, 2, 11);
  EXPECT_EQ(rows_.begin_cut(), 2u);
  EXPECT_EQ(visit().size(), 2u);
  rows_.end_cut(true);
  EXPECT_EQ(rows_.dirty_bytes(), 0u);
  write(2, 2, 12);
  EXPECT_GT(rows_.dirty_bytes(), 0u);
  EXPECT_EQ(rows_.begin_cut(), 1u);
  EXPECT_EQ(visit(), (State{{2, {{12, 12}, 12}}}));
  rows_.end_cut(true);
}

TEST_P(RowsCut, ShowsRowsAsTheyWereWhenItBegan) {
  write(1, 2, 10);
  write(3, 1, 11);
  write(5, 1, 12);
  State at_cut = expected();
  rows_.begin_cut();
  write(1, 40, 20);
  write(2, 1, 21);
  erase(3);
  EXPECT_EQ(visit(), at_cut);
  rows_.end_cut(true);
  at_cut = expected();
  rows_.begin_cut();
  EXPECT_EQ(visit(), at_cut) << "what changed during the last cut is in this one";
  rows_.end_cut(true);
}

TEST_P(RowsCut, ShowsAnErasedRowWithoutWords) {
  write(1, 2, 10);
  rows_.begin_cut();
  visit();
  rows_.end_cut(true);
  erase(1);
  rows_.begin_cut();
  EXPECT_EQ(visit(), (State{{1, {}}}));
  rows_.end_cut(true);
}

TEST_P(RowsCut, ShowsARowErasedBeforeAndBornAgainAfterItBeganAsErased) {
  write(1, 2, 10);
  erase(1);
  rows_.begin_cut();
  write(1, 2, 11);
  EXPECT_EQ(visit(), (State{{1, {}}}));
  rows_.end_cut(true);
}

TEST_P(RowsCut, KeepsRowsForTheNextOneWhenItWasNotPublished) {
  write(1, 1, 10);
  write(2, 1, 11);
  rows_.begin_cut();
  write(2, 1, 12);
  visit();
  rows_.end_cut(false);
  rows_.begin_cut();
  EXPECT_EQ(visit(), (State{{1, {{10}, 10}}, {2, {{12}, 12}}}));
  rows_.end_cut(true);
}

TEST_P(RowsCut, EqualsAPlainCopyWhileTheWriterGoesOn) {
  uint64_t seed = 20'240'501;
  SCOPED_TRACE(seed);
  base::Random random(seed);
  uint64_t value = 1;
  for (int round = 0; round < 30; ++round) {
    for (int i = 0; i < 300; ++i) random_write(random, value++);
    State at_cut = expected(), seen;
    rows_.begin_cut();
    std::atomic<bool> visited = false;
    std::thread visitor([&] {
      seen = visit();
      visited = true;
    });
    for (int i = 0; i < 300 || !visited; ++i) random_write(random, value++);
    visitor.join();
    bool published = random.chance(0.8);
    rows_.end_cut(published);
    ASSERT_EQ(seen, at_cut) << "round " << round;
    if (!published)
      for (auto& [key, _] : at_cut) dirty_[key] = true;
  }
}

}  // namespace
}  // namespace augury::store
