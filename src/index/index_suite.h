// What every Index must do, whatever is inside. index_suite_test.cc instantiates it with one of each kind.
//
// `recall`: which share of the truly nearest 10 an index must find on average; 1 for an exact one, which is then held
// to the scores and the order as well.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <memory>
#include <thread>

#include "base/dot.h"
#include "base/epoch.h"
#include "base/random.h"
#include "index/index.h"

namespace augury::index {

struct IndexCase {
  std::unique_ptr<Index> (*make)(base::Epochs& epochs, uint32_t dimension);
  double recall = 1;
};

class IndexSuite : public testing::TestWithParam<IndexCase> {
 protected:
  static constexpr uint32_t kDimension = 20;  // No multiple of what machines add at a time.

  static std::vector<float> random_vector(base::Random& random, uint32_t dimension = kDimension) {
    std::vector<float> out(dimension);
    for (float& x : out) x = static_cast<float>(random.uniform() * 2 - 1);
    return out;
  }
  // The slow obvious way.
  std::vector<Neighbour> truly_nearest(std::span<const float> query, size_t count) const {
    std::vector<Neighbour> all;
    for (const auto& [item, vector] : truth_) all.push_back({item, base::dot_plain(query, vector)});
    std::ranges::sort(all, is_better);
    all.resize(std::min(all.size(), count));
    return all;
  }
  void put(uint32_t item, const std::vector<float>& vector) {
    index_->put(item, vector);
    truth_[item] = vector;
  }
  void erase(uint32_t item) {
    index_->erase(item);
    truth_.erase(item);
  }
  double share_found(std::span<const float> query, size_t count) const {
    auto found = index_->nearest(query, count), wanted = truly_nearest(query, count);
    size_t common = 0;
    for (const auto& one : found) common += std::ranges::count(wanted, one.item, &Neighbour::item);
    return wanted.empty() ? 1 : static_cast<double>(common) / static_cast<double>(wanted.size());
  }

  base::Epochs epochs_;
  std::unique_ptr<Index> index_ = GetParam().make(epochs_, kDimension);
  std::map<uint32_t, std::vector<float>> truth_;
};

TEST_P(IndexSuite, FindsNothingWhereNothingIs) {
  base::Epochs::Pin pin(epochs_);
  std::vector<float> query(kDimension, 1);
  EXPECT_TRUE(index_->nearest(query, 5).empty());
  index_->erase(3);
  EXPECT_EQ(index_->size(), 0u);
}

TEST_P(IndexSuite, FollowsWhatIsPutChangedAndErased) {
  constexpr uint64_t kSeed = 812;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  base::Random random(kSeed);
  double found = 0, asked = 0;
  for (int step = 0; step < 4'000; ++step) {
    uint32_t item = 1 + static_cast<uint32_t>(random.below(600));
    random.chance(0.3) ? erase(item) : put(item, random_vector(random));
    ASSERT_EQ(index_->size(), truth_.size());
    if (step % 50 != 0) continue;
    base::Epochs::Pin pin(epochs_);
    auto query = random_vector(random);
    auto answer = index_->nearest(query, 10);
    for (const auto& one : answer) {
      ASSERT_TRUE(truth_.contains(one.item)) << "it was erased, step " << step;
      ASSERT_EQ(one.score, base::dot_plain(query, truth_[one.item])) << "not the newest vector, step " << step;
    }
    if (GetParam().recall == 1) {
      ASSERT_EQ(answer, truly_nearest(query, 10)) << "step " << step;
    }
    found += share_found(query, 10), asked += 1;
  }
  EXPECT_GE(found / asked, GetParam().recall);
}

TEST_P(IndexSuite, AnswersBestFirstEachOnceEqualOnesByNumber) {
  base::Random random(5);
  std::vector<float> same = random_vector(random);
  for (uint32_t item = 200; item > 0; --item) put(item, item % 3 == 0 ? same : random_vector(random));
  base::Epochs::Pin pin(epochs_);
  auto answer = index_->nearest(same, 200);
  EXPECT_GE(static_cast<double>(answer.size()), 200 * GetParam().recall);
  for (size_t i = 1; i < answer.size(); ++i) EXPECT_TRUE(is_better(answer[i - 1], answer[i])) << i;
}

TEST_P(IndexSuite, GivesFewerWhenThereAreFewer) {
  base::Random random(6);
  for (uint32_t item : {7u, 1'000'000u}) put(item, random_vector(random));
  base::Epochs::Pin pin(epochs_);
  EXPECT_EQ(index_->nearest(random_vector(random), 10).size(), 2u);
  EXPECT_EQ(index_->nearest(random_vector(random), 1).size(), 1u);
  EXPECT_TRUE(index_->nearest(random_vector(random), 0).empty());
}

TEST_P(IndexSuite, DoesNotGrowWhenItemsComeAndGo) {
  base::Random random(7);
  for (uint32_t item = 1; item <= 300; ++item) put(item, random_vector(random));
  uint64_t before = index_->bytes();
  EXPECT_GE(before, 300 * kDimension * sizeof(float));
  for (int round = 0; round < 10; ++round) {
    for (uint32_t item = 1; item <= 300; ++item) erase(item);
    for (uint32_t item = 300; item > 0; --item) put(item, random_vector(random));
  }
  EXPECT_EQ(index_->bytes(), before);
}

// Its vector says which item it is, so a reader knows a torn or mixed-up row.
TEST_P(IndexSuite, ShowsReadersWholeVectorsWhileTheyChange) {
  auto vector_of = [](uint32_t item, float version) {
    std::vector<float> out(kDimension, version);
    out[0] = static_cast<float>(item);
    return out;
  };
  for (uint32_t item = 1; item <= 100; ++item) index_->put(item, vector_of(item, 0));
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0, answers = 0;
  std::thread reader([&] {
    std::vector<float> query(kDimension, 1);
    query[0] = 1000;  // score = 1000 x item + 19 x version
    while (!done) {
      base::Epochs::Pin pin(epochs_);
      for (const auto& one : index_->nearest(query, 200)) {
        double rest = one.score - 1000.0 * one.item;
        wrong += rest < 0 || rest > 999 || std::fmod(rest, 19) != 0;
      }
      ++answers;
    }
  });
  base::Random random(8);
  for (int step = 0; step < 20'000 || answers < 3; ++step) {
    uint32_t item = 1 + static_cast<uint32_t>(random.below(100));
    step % 10 == 0 ? index_->erase(item) : index_->put(item, vector_of(item, static_cast<float>(step % 50)));
  }
  done = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace augury::index
