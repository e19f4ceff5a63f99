#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/http/http_api.h"
#include "api/testing/recording_engine.h"

namespace augury::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PredictBatch : public testing::Test {
 protected:
  LocalReply send(std::string_view body, std::string_view path = "/v1/predict/batch") {
    return call(engine, "POST", path, body);
  }
  RecordingEngine engine;
};

TEST_F(PredictBatch, AsksEachQuestionInOrder) {
  engine.answer = Prediction{.prediction_id = "01JD", .user_id = "ann"};
  auto reply = send(R"({"requests": [{"user_id": "ann"}, {"user_id": "bob", "num_predictions": 3}]})");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_THAT(engine.calls,
              ElementsAre("predict app= user=ann placement=", "predict app= user=bob placement= count=3"));
  EXPECT_TRUE(reply.body.starts_with(R"({"responses":[{"prediction_id":"01JD",)")) << reply.body;
}

TEST_F(PredictBatch, FailsAQuestionWithoutItsNeighbours) {
  auto reply = send(R"({"requests": [{"user_id": 7}, 3, {"user_id": "ann"}]})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(engine.calls, ElementsAre("predict app= user=ann placement="));
  EXPECT_THAT(reply.body, HasSubstr(R"([{"error":{"code":"INVALID_REQUEST")"));
  EXPECT_THAT(reply.body, HasSubstr(R"("path":"user_id","message":"expected a string, found a number")"));
  EXPECT_THAT(reply.body, HasSubstr("expected an object"));
}

TEST_F(PredictBatch, SaysWhyAnAnswerFailed) {
  engine.answer = Error{Code::NotFound, "no placement 'x'"};
  auto reply = send(R"({"requests": [{"user_id": "ann"}]})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"responses":[{"error":{"code":"NOT_FOUND","message":"no placement 'x'"}}]})");
}

TEST_F(PredictBatch, TakesTheAppFromTheQuestionTheCallOrThePath) {
  send(R"({"app": "shop", "requests": [{"user_id": "a"}, {"user_id": "b", "app": "news"}]})");
  send(R"({"requests": [{"user_id": "c"}]})", "/apps/books/v1/predict/batch");
  EXPECT_THAT(engine.calls, ElementsAre("predict app=shop user=a placement=", "predict app=news user=b placement=",
                                        "predict app=books user=c placement="));
}

TEST_F(PredictBatch, NamesIgnoredMembersPerQuestion) {
  auto reply = send(R"({"requests": [{"user_id": "a", "colour": 1, "strict": true}]})");
  EXPECT_THAT(reply.body, HasSubstr("unknown member 'colour' ignored"));
}

TEST_F(PredictBatch, IsAnsweredWhenNothingIsAsked) {
  EXPECT_EQ(send(R"({"requests": []})").body, R"({"responses":[]})");
}

TEST_F(PredictBatch, RefusesWhatIsNoBatch) {
  for (const char* body :
       {"", "[]", "{}", R"({"requests": 7})", R"({"requests": null})", R"({"app": 1, "requests": []})"})
    EXPECT_EQ(send(body).status, 400) << body;
  std::string many = R"({"requests": [{})";
  for (int i = 0; i < 256; ++i) many += ",{}";
  auto reply = send(many + "]}");
  EXPECT_EQ(reply.status, 413);
  EXPECT_THAT(reply.body, HasSubstr("found 257"));
  EXPECT_TRUE(engine.calls.empty());
}

}  // namespace
}  // namespace augury::api
