#include "serve/prediction_id.h"

#include <gtest/gtest.h>

#include <set>

namespace augury::serve {
namespace {

TEST(PredictionId, IsTheUlidOfItsBytes) {
  PredictionId id{0x01, 0x56, 0x3e, 0x3a, 0xb5, 0xd3, 0xd6, 0x76, 0x4c, 0x61, 0xef, 0xb9, 0x93, 0x02, 0xbd, 0x5b};
  EXPECT_EQ(text_of(id), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
}

TEST(PredictionId, SortsByTimeAndNeverRepeats) {
  PredictionIds ids(7);
  std::set<std::string> seen;
  std::string before;
  for (int ms = 0; ms < 1'000; ++ms) {
    auto text = text_of(ids.next(from_micros(1'700'000'000'000'000 + int64_t{ms} * 1000)));
    EXPECT_LT(before, text);
    EXPECT_TRUE(seen.insert(text).second);
    before = text;
  }
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(seen.insert(text_of(ids.next(from_micros(0)))).second);
}

TEST(PredictionId, SeedsTheSameRandomnessEveryTime) {
  PredictionIds ids(7), again(7);
  auto now = from_micros(1'700'000'000'000'000);
  auto a = ids.next(now), b = again.next(now);
  EXPECT_EQ(a, b);
  EXPECT_EQ(seed_of(a), seed_of(b));
  EXPECT_NE(seed_of(a), seed_of(ids.next(now)));
}

}  // namespace
}  // namespace augury::serve
