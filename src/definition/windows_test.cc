#include "definition/windows.h"

#include <gtest/gtest.h>

#include "config/amount.h"

namespace augury::definition {
namespace {

std::string pane(std::string_view span) { return config::format_duration(default_pane(*config::parse_duration(span))); }

TEST(Windows, TheDefaultPaneFollowsTheSpan) {
  const std::pair<const char*, const char*> table[] = {
      {"10s", "1s"}, {"1m", "1s"}, {"61s", "5s"}, {"5m", "5s"},  {"6m", "15s"}, {"15m", "15s"},
      {"16m", "1m"}, {"1h", "1m"}, {"2h", "5m"},  {"6h", "5m"},  {"7h", "15m"}, {"1d", "15m"},
      {"25h", "1h"}, {"7d", "1h"}, {"8d", "6h"},  {"30d", "6h"}, {"31d", "1d"}, {"365d", "1d"}};
  for (auto [span, expected] : table) EXPECT_EQ(pane(span), expected) << span;
}

TEST(Windows, ASpanIsAWholeNumberOfPanes) {
  auto window = make_window(std::chrono::hours(1), std::chrono::minutes(5));
  ASSERT_TRUE(window);
  EXPECT_EQ(window->panes(), 12);
  EXPECT_EQ(make_window(std::chrono::hours(1), {})->panes(), 60);
  EXPECT_FALSE(make_window(std::chrono::hours(1), std::chrono::minutes(7)));
  EXPECT_FALSE(make_window(std::chrono::seconds(61), {}));
  EXPECT_FALSE(make_window(Duration{0}, {}));
  EXPECT_FALSE(make_window(std::chrono::hours(1), Duration{0}));
  EXPECT_FALSE(make_window(std::chrono::hours(24), std::chrono::milliseconds(1))) << "too many panes";
}

TEST(Windows, HeavyPanesAreAtMostThirtyByDefault) {
  const std::pair<const char*, const char*> table[] = {{"10s", "1s"}, {"1m", "5s"},  {"5m", "15s"},    {"15m", "1m"},
                                                       {"1h", "5m"},  {"6h", "15m"}, {"1d", "1h"},     {"7d", "6h"},
                                                       {"30d", "1d"}, {"90d", "3d"}, {"61s", "2440ms"}};
  for (auto [span, expected] : table) {
    auto whole = *config::parse_duration(span);
    EXPECT_EQ(config::format_duration(default_heavy_pane(whole)), expected) << span;
    EXPECT_TRUE(make_window(whole, {}, PaneContent::Heavy)) << span;
  }
  EXPECT_EQ(default_heavy_pane(Duration{7}), Duration{7});
  auto narrow = make_window(std::chrono::hours(1), std::chrono::minutes(1), PaneContent::Heavy);
  EXPECT_EQ(narrow.error().message, "the window 1h has 60 panes of 1m, at most 30; write a wider `every`");
}

}  // namespace
}  // namespace augury::definition
