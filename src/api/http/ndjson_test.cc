#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/http/router.h"
#include "api/testing/recording_engine.h"
#include "base/clock.h"
#include "serve/blocking_resumer.h"

namespace augury::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Ndjson : public testing::Test {
 protected:
  net::HttpReply send(std::string_view path, std::string_view body, std::string_view type = "application/x-ndjson") {
    net::HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.content_type = type;
    request.body = body;
    net::HttpReply got;
    serve::BlockingResumer here(base::system_monotonic_clock());
    Router(engine).route(request, here, [&](net::HttpReply reply) { got = std::move(reply); });
    return got;
  }
  RecordingEngine engine;
};

TEST_F(Ndjson, TakesAnEventFromEachLine) {
  for (std::string_view type : {"application/x-ndjson", "application/jsonl", "application/ndjson; charset=utf-8"}) {
    engine.calls.clear();
    EXPECT_EQ(send("/v1/events", "{\"event\": \"a\"}\r\n\n  {\"event\": \"b\"}", type).status, 200) << type;
    EXPECT_THAT(engine.calls, ElementsAre("ingest app= ack=0 events=2", HasSubstr("event a"), HasSubstr("event b")));
  }
}

TEST_F(Ndjson, KeepsGoodLinesBesideBadOnes) {
  engine.receipt = EventReceipt{.accepted = 1, .refused = {{1, "UNKNOWN_EVENT", "no such event"}}};
  auto reply =
      send("/v1/events",
           "{\"event\": \"a\"}\n{\"event\": \n\n{\"event\": \"x\"}, {\"event\": \"y\"}\n7\n{\"event\": \"b\"}\n");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(engine.calls.front(), "ingest app= ack=0 events=2");
  for (const char* part : {R"("index":1,"code":"INVALID_JSON")", R"("index":2,"code":"INVALID_JSON")",
                           R"("index":3,"code":"INVALID_EVENT")", R"("index":4,"code":"UNKNOWN_EVENT")"})
    EXPECT_THAT(reply.body, HasSubstr(part));
}

TEST_F(Ndjson, IsA400WhenNoLineIsAnEvent) {
  auto reply = send("/v1/events", "hello\nworld\n");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr(R"("index":1,"code":"INVALID_JSON")"));
  EXPECT_THAT(reply.body, HasSubstr("every event was refused"));
}

TEST_F(Ndjson, PutsItemsAndUsersAllOrNone) {
  EXPECT_EQ(send("/v1/items", "{\"item_id\": \"a\"}\n{\"item_id\": \"b\"}\n").status, 200);
  EXPECT_THAT(engine.calls, ElementsAre(HasSubstr("kind=item mode=0 id=a"), HasSubstr("id=b")));
  engine.calls.clear();
  auto reply = send("/v1/users", "{\"user_id\": \"a\"}\n{\n{\"user\": \"c\"}\n");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(reply.body, HasSubstr(R"("path":"[1]")"));
  EXPECT_THAT(reply.body, HasSubstr(R"("path":"[2].user")"));
  EXPECT_TRUE(engine.calls.empty());
}

}  // namespace
}  // namespace augury::api
