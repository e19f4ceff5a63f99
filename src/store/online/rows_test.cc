#include "store/online/rows.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/random.h"

namespace augury::store {
namespace {

void fill(Rows& rows, uint64_t key, uint32_t words, uint64_t value) {
  auto row = rows.open(key, words);
  for (uint32_t i = 0; i < row.size; ++i) row.words[i].store(value, std::memory_order_release);
  rows.close(row, value);
}

class RowsOfEachKind : public testing::TestWithParam<TableKind> {
 protected:
  std::vector<uint64_t> words(uint64_t key) {
    std::pmr::monotonic_buffer_resource arena;
    base::Epochs::Pin pin(epochs_);
    auto copy = rows_.read(key, arena);
    return {copy.words.begin(), copy.words.end()};
  }
  uint64_t position(uint64_t key) {
    std::pmr::monotonic_buffer_resource arena;
    base::Epochs::Pin pin(epochs_);
    return rows_.read(key, arena).position;
  }

  base::Epochs epochs_;
  Rows rows_{epochs_, GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Rows, RowsOfEachKind, testing::Values(TableKind::Dense, TableKind::Hashed),
                         [](const auto& kind) { return kind.param == TableKind::Dense ? "Dense" : "Hashed"; });

TEST_P(RowsOfEachKind, HaveNoWordsForAKeyNeverOpened) {
  EXPECT_TRUE(words(0).empty());
  EXPECT_TRUE(words(12345).empty());
  EXPECT_EQ(rows_.count(), 0u);
}

TEST_P(RowsOfEachKind, StartAsZeros) {
  rows_.close(rows_.open(3, 5), 9);
  EXPECT_EQ(words(3), std::vector<uint64_t>(5));
  EXPECT_EQ(position(3), 9u);
}

TEST_P(RowsOfEachKind, KeepTheirWordsWhenTheyGrowAndMove) {
  fill(rows_, 3, 2, 7);
  for (uint32_t size : {3, 10, 40, 300, 2000}) {
    auto row = rows_.grow(rows_.open(3, 2), size);
    EXPECT_GE(row.size, size);
    EXPECT_EQ(row.words[0].load(), 7u);
    EXPECT_EQ(row.words[1].load(), 7u);
    EXPECT_EQ(row.words[size - 1].load(), 0u);
    rows_.close(row, size);
    EXPECT_EQ(words(3).size(), size);
    EXPECT_EQ(position(3), size);
  }
  EXPECT_EQ(rows_.count(), 1u);
}

TEST_P(RowsOfEachKind, AreAllFoundAmongMany) {
  constexpr uint64_t kRows = 20'000;
  for (uint64_t key = 0; key < kRows; ++key) fill(rows_, key * 3, 1 + key % 7, key + 1);
  for (uint64_t key = 0; key < kRows; ++key) {
    rows_.prefetch(key * 3);
    ASSERT_EQ(words(key * 3), std::vector<uint64_t>(1 + key % 7, key + 1)) << key;
    ASSERT_TRUE(words(key * 3 + 1).empty());
  }
  EXPECT_EQ(rows_.count(), kRows);
  EXPECT_GE(rows_.bytes(), kRows * 64);
}

TEST_P(RowsOfEachKind, AreGoneWhenErasedAndMayComeBack) {
  fill(rows_, 1, 2, 5);
  rows_.erase(1);
  rows_.erase(2);
  EXPECT_TRUE(words(1).empty());
  EXPECT_EQ(rows_.count(), 0u);
  fill(rows_, 1, 3, 6);
  EXPECT_EQ(words(1), std::vector<uint64_t>(3, 6));
}

TEST_P(RowsOfEachKind, ComeBackAsRestoredAndClean) {
  std::vector<uint64_t> kept = {1, 2, 3};
  rows_.restore(8, kept, 77);
  EXPECT_EQ(words(8), kept);
  EXPECT_EQ(position(8), 77u);
  EXPECT_EQ(rows_.begin_cut(), 0u) << "what came from a checkpoint need not go into the next";
  rows_.end_cut(true);
}

TEST_P(RowsOfEachKind, AreReadWholeWhileTheyAreWrittenGrownAndErased) {
  constexpr uint64_t kKeys = 50;
  std::atomic<bool> done = false, torn = false;
  std::vector<std::thread> readers;
  for (uint64_t r = 0; r < 2; ++r) {
    readers.emplace_back([&, r] {
      base::Random random(r + 1);
      while (!done) {
        std::pmr::monotonic_buffer_resource arena;
        base::Epochs::Pin pin(epochs_);
        auto copy = rows_.read(random.below(kKeys), arena);
        for (uint64_t word : copy.words)
          if (word != copy.position) torn = true;
      }
    });
  }
  base::Random random(9);
  for (uint64_t i = 1; i < 100'000; ++i) {
    uint64_t key = random.below(kKeys);
    if (random.chance(0.02)) rows_.erase(key);
    auto row = rows_.open(key, 1 + static_cast<uint32_t>(random.below(40)));
    for (uint32_t w = 0; w < row.size; ++w) row.words[w].store(i, std::memory_order_release);
    if (random.chance(0.1)) {
      row = rows_.grow(row, row.size + 5);
      for (uint32_t w = 0; w < row.size; ++w) row.words[w].store(i, std::memory_order_release);
    }
    rows_.close(row, i);
  }
  done = true;
  for (auto& reader : readers) reader.join();
  EXPECT_FALSE(torn) << "a reader saw words of two writes in one row";
}

TEST(Rows, HoldPairKeysUpToTheLastBit) {
  base::Epochs epochs;
  Rows rows(epochs, TableKind::Hashed);
  std::vector<uint64_t> keys = {0, 1, ~uint64_t{0}, uint64_t{1} << 63, (uint64_t{5} << 32) | 6};
  for (uint64_t key : keys) fill(rows, key, 1, key ^ 3);
  std::pmr::monotonic_buffer_resource arena;
  base::Epochs::Pin pin(epochs);
  for (uint64_t key : keys) EXPECT_EQ(rows.read(key, arena).words[0], key ^ 3);
}

}  // namespace
}  // namespace augury::store
