#include "cache/ghosts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "base/random.h"

namespace augury::cache {
namespace {

TEST(Ghosts, RemembersTheLastOnesInOrder) {
  Ghosts ghosts(3);
  for (uint64_t f : {10u, 20u, 30u, 40u}) ghosts.add(f, 3);
  EXPECT_FALSE(ghosts.take(10));
  EXPECT_TRUE(ghosts.take(20));
  EXPECT_FALSE(ghosts.take(20)) << "taken once";
  EXPECT_TRUE(ghosts.take(40));
  EXPECT_EQ(ghosts.count(), 1u);
}

TEST(Ghosts, TakesZeroAsAFingerprint) {
  Ghosts ghosts(2);
  ghosts.add(0, 2);
  EXPECT_TRUE(ghosts.take(0));
}

TEST(Ghosts, AgreesWithAPlainListOnAnyHistory) {
  const uint64_t seed = 4711;
  SCOPED_TRACE(seed);
  base::Random random(seed);
  Ghosts ghosts(16);
  std::deque<uint64_t> ring;  // 0 = taken.
  for (int step = 0; step < 50'000; ++step) {
    uint64_t f = 1 + random.below(40) * (random.chance(0.5) ? 64 : 1);
    auto at = std::find(ring.begin(), ring.end(), f);
    if (random.chance(0.3)) {
      ASSERT_EQ(ghosts.take(f), at != ring.end()) << "step " << step;
      if (at != ring.end()) *at = 0;
    } else {
      ghosts.add(f, 16);
      if (at == ring.end()) {
        if (ring.size() == 16) ring.pop_front();
        ring.push_back(f);
      }
    }
    ASSERT_EQ(ghosts.count(), ring.size() - static_cast<size_t>(std::count(ring.begin(), ring.end(), 0u)));
  }
}

}  // namespace
}  // namespace augury::cache
