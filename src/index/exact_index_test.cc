#include "index/exact_index.h"

#include <gtest/gtest.h>

#include "base/dot.h"
#include "base/random.h"
#include "index/nearest_kept.h"

namespace augury::index {
namespace {

TEST(ExactIndex, IsExactInEveryDimension) {
  base::Random random(11);
  for (uint32_t dimension : {1u, 15u, 16u, 17u, 64u, 300u, 4096u}) {
    base::Epochs epochs;
    ExactIndex index(epochs, dimension);
    std::vector<std::vector<float>> vectors(40, std::vector<float>(dimension));
    for (uint32_t i = 0; i < vectors.size(); ++i) {
      for (float& x : vectors[i]) x = static_cast<float>(random.uniform() - 0.5);
      index.put(i + 1, vectors[i]);
    }
    base::Epochs::Pin pin(epochs);
    auto all = index.nearest(vectors[0], 40);
    ASSERT_EQ(all.size(), 40u) << dimension;
    for (const auto& one : all) EXPECT_EQ(one.score, base::dot_plain(vectors[0], vectors[one.item - 1])) << dimension;
  }
}

TEST(ExactIndex, CountsItsMemory) {
  base::Epochs epochs;
  ExactIndex index(epochs, 64);
  for (uint32_t item = 1; item <= 10'000; ++item) index.put(item, std::vector<float>(64, 1));
  EXPECT_GE(index.bytes(), 10'000u * 64 * 4);
  EXPECT_LE(index.bytes(), 10'000u * (64 * 4 + 16) + 64 * 1024);
}

TEST(NearestKept, KeepsTheBestOfAny) {
  base::Random random(12);
  for (size_t count : {1u, 2u, 7u, 100u}) {
    std::vector<Neighbour> all;
    NearestKept kept(count);
    for (uint32_t item = 1; item <= 1'000; ++item) {
      all.push_back({item, static_cast<float>(random.below(50))});
      if (all.back().score >= kept.floor()) kept.offer(all.back());
    }
    std::ranges::sort(all, is_better);
    all.resize(count);
    EXPECT_EQ(std::move(kept).best_first(), all) << count;
  }
}

}  // namespace
}  // namespace augury::index
