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

TEST(MetricsText, ShowsHowLongThingsTookAsHistograms) {
  AppStatus app{.name = "shop"};
  app.model_inference = {{.of = "ranker", .count = 3, .sum_s = 0.5, .within = {{0.001, 1}, {0.1, 2}}}};
  auto text = metrics_text({.apps = {app}});
  for (const char* line : {"# TYPE model_inference_latency histogram",
                           "model_inference_latency_bucket{app=\"shop\",model=\"ranker\",le=\"0.1\"} 2",
                           "model_inference_latency_bucket{app=\"shop\",model=\"ranker\",le=\"+Inf\"} 3",
                           "model_inference_latency_count{app=\"shop\",model=\"ranker\"} 3",
                           "model_inference_latency_sum{app=\"shop\",model=\"ranker\"} 0.5",
                           "feature_fetch_latency_count{app=\"shop\"} 0"})
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(MetricsText, DoesNotCallTheRateOfACacheThatIsNotThereZero) {
  AppStatus app{.name = "shop", .cache_hits = 3, .cache_lookups = 4};
  auto text = metrics_text({.apps = {app}});
  EXPECT_THAT(text, HasSubstr("l1_cache_hit_rate{app=\"shop\"} 0.75"));
  EXPECT_THAT(text, HasSubstr("l2_cache_hit_rate{app=\"shop\"} Nan"));
  EXPECT_THAT(text, HasSubstr("l3_cache_hit_rate{app=\"shop\"} Nan"));
  EXPECT_THAT(text, HasSubstr("combined_cache_hit_rate{app=\"shop\"} 0.75")) << "of the caches there are";
}

TEST(MetricsText, IsZeroNotNanBeforeTheFirstRequest) {
  auto text = metrics_text({.apps = {{.name = "shop"}}});
  EXPECT_THAT(text, HasSubstr("l1_cache_hit_rate{app=\"shop\"} 0"));
  EXPECT_THAT(text, HasSubstr("prediction_success_rate{app=\"shop\"} 1"));
}

}  // namespace
}  // namespace augury::engine
