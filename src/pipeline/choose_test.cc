#include "pipeline/choose.h"

#include <gtest/gtest.h>

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // A request names what it means.

namespace augury::pipeline {
namespace {

Candidate item(uint32_t number, std::string_view id = {}) { return {.item = number, .id = id}; }
auto all = [](const Ranked&) { return true; };

TEST(Choose, PutsTheBestFirstAndEqualsByItemNumber) {
  std::vector candidates{item(7), item(3), item(0, "b"), item(0, "a"), item(5)};
  std::vector scores{1.0, 1.0, 1.0, 1.0, 2.0};
  EXPECT_EQ(best_first(candidates, scores, 10), (std::vector<uint32_t>{4, 1, 0, 3, 2}));
  EXPECT_EQ(best_first(candidates, scores, 2), (std::vector<uint32_t>{4, 1}));
}

TEST(Choose, ShowsAtMostSoManyOfAGroupAndNeverLimitsTheUngrouped) {
  std::vector<Ranked> ranked;
  for (uint32_t group : {1u, 1u, 1u, 0u, 0u, 2u})
    ranked.push_back(
        {.item = static_cast<uint32_t>(ranked.size() + 1), .id = {}, .group = group, .explanation = {}, .reasons = {}});
  std::vector<uint32_t> shown;
  for (const auto* r : choose(ranked, {.count = 4, .at_most = 1}, all)) shown.push_back(r->item);
  EXPECT_EQ(shown, (std::vector<uint32_t>{1, 4, 5, 6}));
}

TEST(Choose, ARefusedItemDoesNotUseUpItsGroup) {
  std::vector<Ranked> ranked;
  for (uint32_t i = 1; i <= 3; ++i)
    ranked.push_back({.item = i, .id = {}, .group = 1, .explanation = {}, .reasons = {}});
  auto chosen = choose(ranked, {.count = 2, .at_most = 1}, [](const Ranked& r) { return r.item != 1; });
  ASSERT_EQ(chosen.size(), 1u);
  EXPECT_EQ(chosen[0]->item, 2u);
}

}  // namespace
}  // namespace augury::pipeline
