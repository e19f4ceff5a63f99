#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "api/http/http_api.h"
#include "api/testing/recording_engine.h"
#include "net/http_client.h"

namespace augury::api {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

TEST(UnixSocket, AnswersLikeTcpAndLeavesNothingBehind) {
  RecordingEngine engine;
  auto path = (fs::temp_directory_path() / ("augury-api-" + std::to_string(getpid()) + ".sock")).string();
  auto http = HttpApi::start(engine, {.listen = {"unix:" + path}, .io_threads = 1});
  ASSERT_TRUE(http) << http.error().message;
  EXPECT_THAT((*http)->urls(), ElementsAre("unix:" + path));
  auto client = net::HttpClient::connect((*http)->urls().front());
  ASSERT_TRUE(client) << client.error().message;
  auto answer = client->request("POST", "/v1/predict", R"({"user_id": "ann"})");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  auto events = client->request("POST", "/v1/events", "{\"event\": \"a\"}\n\n{\"event\": \"b\"}\n",
                                "Content-Type: application/x-ndjson\r\n");
  ASSERT_TRUE(events) << events.error().message;
  EXPECT_EQ(events->status, 200);
  EXPECT_THAT(engine.calls, ElementsAre("predict app= user=ann placement=", "ingest app= ack=0 events=2",
                                        "event a id= user= item=", "event b id= user= item="));
  http->reset();
  EXPECT_FALSE(fs::exists(path));
}

}  // namespace
}  // namespace augury::api
