#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/http/http_api.h"
#include "api/testing/recording_engine.h"

namespace augury::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Explain, WritesWhatIsKnownAndWhatIsNot) {
  RecordingEngine engine;
  Explanation why;
  why.prediction_id = "01JD";
  why.context = {{"device", std::string("tv")}, {"at", from_micros(1'000'000)}};
  why.members = {{"ranker", "abc", 0.5}, {"trend", "", 1}};
  why.values_as_of = ValuesAsOf::Position;
  why.doubts = {"it came from the cache"};
  why.features = {{"clicks", 2.0}, {"recent", WeightedList{{"tent", 1}}}};
  why.items = {{.item_id = "tent",
                .rank = 1,
                .score = 0.5,
                .recomputed = std::nullopt,
                .reasons = {{.source = "related", .to = "lamp", .feature = "", .contribution = 0}},
                .features = {{"trend", std::monostate{}}}}};
  why.candidates = {{.item_id = "boat", .rank = 0, .score = {}, .recomputed = 0.25, .reasons = {}, .features = {}}};
  engine.explanation = why;
  auto reply = call(engine, "GET", "/apps/shop/v1/explain/01JD", "");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(engine.calls, ElementsAre("explain app=shop id=01JD"));
  for (const char* part :
       {R"("context":{"device":"tv","at":"1970-01-01T00:00:01Z"})", R"("values_as_of":"position","exact":false)",
        R"("doubts":["it came from the cache"])", R"({"name":"trend","version":null,"weight":1})",
        R"("features":{"clicks":2,"recent":[{"id":"tent","weight":1}]})",
        R"("rank":1,"score":0.5,"score_recomputed":null,"reasons":[{"source":"related","to":"lamp"}])",
        R"({"item_id":"boat","rank":null,"score_recomputed":0.25,"reasons":[]})", R"("features":{"trend":null})"}) {
    EXPECT_THAT(reply.body, HasSubstr(part));
  }
}

TEST(Explain, PassesOnWhatTheEngineRefuses) {
  RecordingEngine engine;
  engine.explanation = Error{Code::NotFound, "no answer with that id"};
  EXPECT_EQ(call(engine, "GET", "/v1/explain/x", "").status, 404);
  EXPECT_EQ(call(engine, "GET", "/v1/explain/", "").status, 404);
  EXPECT_EQ(call(engine, "POST", "/v1/explain/x", "{}").status, 405);
}

TEST(Apps, ShowsTheFileAndItsPlan) {
  RecordingEngine engine;
  AppView view;
  view.app = "shop";
  view.text = "app: shop\n";
  view.publication = {0, 7};
  view.views = {{"user", 64, {"clicks"}}};
  view.features = {{"clicks", false, "count, by user", "user"}, {"hour", true, "expression", ""}};
  view.models = {{"ranker", "abc", "models/ranker.txt", {{"Column_0", "clicks"}}}};
  view.placements = {{"home", {"filter  item.in_stock"}}};
  engine.view = view;
  auto reply = call(engine, "GET", "/v1/apps/my%20shop", "");
  EXPECT_THAT(engine.calls, ElementsAre("app my shop"));
  for (const char* part :
       {R"("text":"app: shop\n")", R"("publication":"7")",
        R"({"by":"user","bytes_per_key_max":64,"features":["clicks"]})",
        R"({"name":"hour","what":"expression","hidden":true,"view":null})",
        R"("inputs":[{"name":"Column_0","feature":"clicks"}])", R"("rules":["filter  item.in_stock"])"})
    EXPECT_THAT(reply.body, HasSubstr(part));
}

TEST(Apps, ReloadsAndSaysWhatBecameOfIt) {
  RecordingEngine engine;
  engine.reloaded = Reload{.outcome = Reload::Outcome::Applied, .problems = {}, .publication = {0, 9}};
  EXPECT_EQ(call(engine, "POST", "/v1/apps/shop/reload", "").body, R"({"outcome":"applied","publication":"9"})");
  EXPECT_THAT(engine.calls, ElementsAre("reload shop"));
  engine.reloaded = Reload{
      .outcome = Reload::Outcome::Wrong, .problems = {{"shop.yaml:3:7", "unknown key 'recal'"}}, .publication = {}};
  auto wrong = call(engine, "POST", "/v1/apps/shop/reload", "");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr(R"({"path":"shop.yaml:3:7","message":"unknown key 'recal'"})"));
  engine.reloaded->outcome = Reload::Outcome::NeedsRestart;
  auto later = call(engine, "POST", "/v1/apps/shop/reload", "");
  EXPECT_EQ(later.status, 409);
  EXPECT_THAT(later.body, HasSubstr("restart to apply"));
  EXPECT_EQ(call(engine, "GET", "/v1/apps/shop/reload", "").status, 405);
}

}  // namespace
}  // namespace augury::api
