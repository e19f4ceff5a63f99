#include "base/segmented_array.h"

#include <gtest/gtest.h>

#include <vector>

namespace augury::base {
namespace {

TEST(SegmentedArray, KeepsEachElementApartAndInPlaceWhileItGrows) {
  SegmentedArray<std::atomic<uint64_t>> array;
  std::vector<std::atomic<uint64_t>*> places;
  for (uint32_t i = 0; i < 20'000; ++i) {
    places.push_back(&array.at(i));
    places.back()->store(i + 1);
  }
  for (uint32_t i = 0; i < 20'000; ++i) {
    ASSERT_EQ(array.find(i), places[i]);
    ASSERT_EQ(array.find(i)->load(), i + 1);
  }
}

TEST(SegmentedArray, KnowsNothingOfIndexesNeverTouched) {
  SegmentedArray<std::atomic<uint64_t>> array;
  EXPECT_EQ(array.find(0), nullptr);
  array.at(5000);
  EXPECT_EQ(array.find(0), nullptr);
  EXPECT_EQ(array.find(0xffffffffu), nullptr);
  ASSERT_NE(array.find(5001), nullptr);
  EXPECT_EQ(array.find(5001)->load(), 0u) << "the segment beside it is zeros";
}

TEST(SegmentedArray, ReachesTheLastIndex) {
  SegmentedArray<std::atomic<uint8_t>> array;
  array.at(1'000'000).store(7);
  EXPECT_EQ(array.find(1'000'000)->load(), 7);
  EXPECT_GE(array.bytes(), 1u);
}

}  // namespace
}  // namespace augury::base
