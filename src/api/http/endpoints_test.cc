#include "api/http/endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/http/http_api.h"
#include "api/http/router.h"
#include "api/testing/recording_engine.h"

namespace augury::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Api : public testing::Test {
 protected:
  LocalReply send(std::string_view method, std::string_view target, std::string_view body = {}) {
    return call(engine, method, target, body);
  }
  std::string only_call() {
    EXPECT_EQ(engine.calls.size(), 1u);
    return engine.calls.empty() ? "" : engine.calls.front();
  }

  RecordingEngine engine;
};

TEST_F(Api, ReadsEveryMemberOfAQuestion) {
  auto reply = send("POST", "/v1/predict", R"({
    "user_id": "ann", "session_id": "s", "placement": "home", "num_predictions": 3, "deadline_ms": 40, "explain": true,
    "context": {"device": "mobile", "location": {"lat": 1.5, "lon": -2}, "timestamp": 1678901234},
    "candidates": ["a", "b"], "exclude": ["c"], "model_variant": "treatment", "unknown": [1, {"x": null}]})");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(only_call(),
            "predict app= user=ann placement=home count=3 now=1678901234000000 deadline=40000 candidates=a,b exclude=c "
            "variant=treatment explain device=mobile location=(1.5 -2)");
}

TEST_F(Api, NamesIgnoredMembersWhenAskedToBeStrict) {
  auto reply = send("POST", "/v1/predict", R"({"user_id": "ann", "colour": 1, "strict": true})");
  EXPECT_THAT(reply.body, HasSubstr("unknown member 'colour' ignored"));
}

TEST_F(Api, AsksByGetToo) {
  EXPECT_EQ(send("GET", "/v1/predict?user_id=ann%20b&num_predictions=2&context.device=tv&exclude=x,y").status, 200);
  EXPECT_EQ(only_call(), "predict app= user=ann b placement= count=2 exclude=x,y device=tv");
}

TEST_F(Api, TakesTheAppFromThePath) {
  send("POST", "/apps/shop/v1/predict", R"({"user_id": "ann"})");
  EXPECT_THAT(only_call(), HasSubstr("app=shop"));
}

TEST_F(Api, SaysEverythingThatIsWrongWithAQuestion) {
  auto reply =
      send("POST", "/v1/predict", R"({"user_id": 7, "num_predictions": 0, "context": {"x": [1]}, "deadline_ms": -1})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(engine.calls.empty());
  for (const char* part : {R"("path":"user_id")", R"("path":"num_predictions")", R"("path":"context.x")",
                           R"("path":"deadline_ms")", "expected a string, found a number"}) {
    EXPECT_THAT(reply.body, HasSubstr(part));
  }
}

TEST_F(Api, RefusesWhatIsNoJson) {
  for (const char* body : {"", "{", "[]", "7", R"({"user_id": "ann"} x)", "{\"user_id\": tru}"}) {
    EXPECT_EQ(send("POST", "/v1/predict", body).status, 400) << body;
  }
}

TEST_F(Api, WritesAnAnswerAsTheWireSays) {
  Prediction answer;
  answer.prediction_id = "01JD";
  answer.user_id = "ann";
  answer.items = {{.item_id = "tent \"x\"", .score = 0.5, .rank = 1, .explanation = "Popular right now"}};
  answer.models = {{"ranker", "abc"}};
  answer.model_version = "ranker@abc";
  answer.level = Level::Cached;
  answer.fallback = true;
  answer.fallback_reason = "CIRCUIT_OPEN";
  answer.error = Degradation{"CIRCUIT_OPEN", "model ranker rests"};
  answer.position = {0, 12};
  engine.answer = answer;
  auto reply = send("POST", "/v1/predict", R"({"user_id": "ann"})");
  EXPECT_EQ(reply.status, 200);
  for (const char* part :
       {R"("item_id":"tent \"x\"")", R"("score":0.5)", R"("rank":1)", R"("explanation":"Popular right now")",
        R"("level":"CACHED")", R"("fallback":true)", R"("fallback_reason":"CIRCUIT_OPEN")", R"("experiment_id":null)",
        R"("error":{"code":"CIRCUIT_OPEN","message":"model ranker rests","fallback":true})", R"("position":"12")",
        R"("models":{"ranker":"abc"})"}) {
    EXPECT_THAT(reply.body, HasSubstr(part));
  }
}

TEST_F(Api, TakesEventsOneByOneOrAsAList) {
  send("POST", "/v1/events",
       R"({"event": "click", "event_id": "e", "user_id": "u", "item_id": "i", "timestamp": 1678901234567,
                                 "fields": {"dwell": 3.5, "tags": ["a", "b"]}})");
  EXPECT_THAT(engine.calls, ElementsAre("ingest app= ack=0 events=1",
                                        "event click id=e user=u item=i at=1678901234567000 dwell=3.5 tags=[a b ]"));
  engine.calls.clear();
  send("POST", "/v1/events?ack=os", R"([{"event": "a"}, {"event": "b"}])");
  EXPECT_EQ(engine.calls.front(), "ingest app= ack=1 events=2");
}

TEST_F(Api, KeepsGoodEventsBesideUnreadableOnes) {
  engine.receipt = EventReceipt{.accepted = 1, .refused = {{1, "UNKNOWN_EVENT", "no such event"}}, .position = {0, 9}};
  auto reply = send("POST", "/v1/events", R"([{"event": "a"}, 7, {"event": "b", "user_id": 3}, {"event": "zzz"}])");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(engine.calls.front(), "ingest app= ack=0 events=2");
  EXPECT_THAT(reply.body, HasSubstr(R"("index":1,"code":"INVALID_EVENT")"));
  EXPECT_THAT(reply.body, HasSubstr(R"("index":2,"code":"INVALID_FIELD")"));
  EXPECT_THAT(reply.body, HasSubstr(R"("index":3,"code":"UNKNOWN_EVENT")"));
}

TEST_F(Api, IsA400WhenEveryEventIsRefused) {
  engine.receipt = EventReceipt{.refused = {{0, "UNKNOWN_EVENT", "no event 'x'"}}};
  auto reply = send("POST", "/v1/events", R"({"event": "x"})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr("no event 'x'"));
}

TEST_F(Api, RefusesAnUnknownAcknowledgement) { EXPECT_EQ(send("POST", "/v1/events?ack=later", "[]").status, 400); }

TEST_F(Api, PutsPatchesShowsAndDeletesItems) {
  EXPECT_EQ(send("PUT", "/v1/items/a%2Fb", R"({"attributes": {"price": 2, "gone": null}})").status, 200);
  EXPECT_EQ(only_call(), "update app= kind=item mode=0 id=a/b price=2 gone=null");
  engine.calls.clear();
  send("PATCH", "/v1/users/ann", R"({"attributes": {"country": "at"}})");
  EXPECT_EQ(only_call(), "update app= kind=user mode=1 id=ann country=at");
  engine.calls.clear();
  send("DELETE", "/v1/items/x");
  EXPECT_EQ(only_call(), "update app= kind=item mode=2 id=x");
  engine.known =
      Entity{.id = "x",
             .attributes = {{"price", 2.5}, {"tags", std::vector<std::string>{"a"}}, {"made", from_micros(1'000'000)}}};
  EXPECT_EQ(send("GET", "/v1/items/x").body,
            R"({"item_id":"x","attributes":{"price":2.5,"tags":["a"],"made":"1970-01-01T00:00:01Z"}})");
}

TEST_F(Api, PutsAndShowsVectors) {
  send("PUT", "/v1/items/a", R"({"attributes": {"price": 2}, "vectors": {"book": [0.5, -1e3], "cover": null}})");
  EXPECT_EQ(only_call(), "update app= kind=item mode=0 id=a price=2 book=(0.500000 -1000.000000 ) cover=(none)");
  engine.known = Entity{.id = "x", .attributes = {}, .vectors = {{"book", {0.1f, -2, 1e9f}}}};
  EXPECT_EQ(send("GET", "/v1/items/x").body, R"({"item_id":"x","attributes":{},"vectors":{"book":[0.1,-2,1e+09]}})");
  for (auto [vectors, problem] :
       {std::pair{R"({"book": 3})",
                  R"("path":"[0].vectors.book","message":"expected an array of numbers, found a number")"},
        std::pair{R"({"book": [1, "x"]})",
                  R"("path":"[0].vectors.book[1]","message":"expected a number, found a string")"},
        std::pair{R"([1])", R"("path":"[0].vectors","message":"expected an object, found an array")"}}) {
    auto reply = send("POST", "/v1/users", R"([{"user_id": "u", "vectors": )" + std::string(vectors) + "}]");
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.body, HasSubstr(problem));
  }
}

TEST_F(Api, PutsItemsInBulkAndNamesTheBadOne) {
  EXPECT_EQ(send("POST", "/v1/items", R"([{"item_id": "a", "attributes": {"price": 1}}, {"item_id": "b"}])").status,
            200);
  EXPECT_EQ(engine.calls.size(), 2u);
  auto reply = send("POST", "/v1/items", R"([{"item_id": "a"}, {"item_id": "b", "price": 1}])");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr(R"("path":"[1].price")"));
}

TEST_F(Api, ArrangesFeaturesByOwner) {
  FeatureTable table;
  table.cells = {{"ann", "", "clicks", 2.0},
                 {"ann", "tent", "pair", 1.0},
                 {"", "tent", "trend", std::monostate{}},
                 {"", "", "hour", 3.0},
                 {"ann", "", "recent", WeightedList{{"tent", 1}}}};
  table.position = {0, 5};
  engine.table = table;
  auto reply =
      send("POST", "/v1/features/batch", R"({"user_ids": ["ann"], "item_ids": ["tent"], "feature_names": ["clicks"]})");
  EXPECT_THAT(reply.body, HasSubstr(R"("ann":{"clicks":2,"pair":{"tent":1},"recent":[{"id":"tent","weight":1}]})"));
  EXPECT_THAT(reply.body, HasSubstr(R"("tent":{"trend":null})"));
  EXPECT_THAT(reply.body, HasSubstr(R"("":{"hour":3})"));
  EXPECT_THAT(reply.body, HasSubstr(R"("position":"5")"));
}

TEST_F(Api, ForcesBreakers) {
  EXPECT_EQ(send("POST", "/v1/breakers/ranker", R"({"state": "open"})").status, 200);
  EXPECT_EQ(only_call(), "breaker ranker open");
  EXPECT_EQ(send("POST", "/v1/breakers/ranker", R"({"state": "half"})").status, 400);
  engine.breaker_set = Error{Code::NotFound, "no breaker 'x'; there is ranker"};
  EXPECT_EQ(send("POST", "/v1/breakers/x", R"({"state": "auto"})").status, 404);
}

TEST_F(Api, MapsEachErrorCodeToItsStatus) {
  const std::pair<Code, int> table[] = {{Code::Invalid, 400},   {Code::NotFound, 404}, {Code::Conflict, 409},
                                        {Code::Exhausted, 507}, {Code::Deadline, 503}, {Code::Unavailable, 503},
                                        {Code::Corrupt, 500}};
  for (auto [code, status] : table) {
    engine.answer = Error{code, "because"};
    auto reply = send("POST", "/v1/predict", R"({"user_id": "ann"})");
    EXPECT_EQ(reply.status, status) << to_string(code);
    EXPECT_THAT(reply.body, HasSubstr("because"));
  }
}

TEST_F(Api, KnowsItsPathsAndMethods) {
  EXPECT_EQ(send("GET", "/nowhere").status, 404);
  EXPECT_EQ(send("GET", "/v1/items/").status, 404);
  EXPECT_EQ(send("GET", "/v1/items/a/b").status, 404);
  EXPECT_EQ(send("DELETE", "/v1/predict").status, 405);
  EXPECT_EQ(send("PUT", "/v1/items/%4", "{}").status, 400);
  for (const char* path : {"/healthz", "/livez", "/readyz", "/metrics", "/v1/status"})
    EXPECT_EQ(send("GET", path).status, 200);
  EXPECT_THAT(send("GET", "/v1/status").body, HasSubstr(R"("app":"shop")"));
}

TEST(BodyLimits, AreLargeWhereThingsComeInBulk) {
  EXPECT_EQ(body_bytes_max("/v1/events"), 16u << 20);
  EXPECT_EQ(body_bytes_max("/apps/shop/v1/items"), 16u << 20);
  EXPECT_EQ(body_bytes_max("/v1/predict"), 1u << 20);
}

}  // namespace
}  // namespace augury::api
