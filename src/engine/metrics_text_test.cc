#include "engine/metrics_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace augury::engine {
namespace {

using testing::HasSubstr;

TEST(MetricsText, NamesTheAppAndTheRungOfEveryFigure) {
  AppStatus app{.name = "shop", .predictions = 10, .fallbacks = 2};
  app.predictions_by_level[1] = 2;
  app.breakers.push_back({.name = "ranker", .state = BreakerState::Open});
  auto text = metrics_text({.apps = {app}});
  EXPECT_THAT(text, HasSubstr("predictions_total{app=\"shop\",level=\"CACHED\"} 2"));
  EXPECT_THAT(text, HasSubstr("fallback_rate{app=\"shop\"} 0.2"));
  EXPECT_THAT(text, HasSubstr("breaker_open{app=\"shop\",breaker=\"ranker\"} 1"));
}

TEST(MetricsText, IsZeroNotNanBeforeTheFirstRequest) {
  auto text = metrics_text({.apps = {{.name = "shop"}}});
  EXPECT_THAT(text, HasSubstr("l1_cache_hit_rate{app=\"shop\"} 0"));
  EXPECT_THAT(text, HasSubstr("prediction_success_rate{app=\"shop\"} 1"));
}

}  // namespace
}  // namespace augury::engine
