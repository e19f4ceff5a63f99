#include "net/http_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace augury {
namespace {

using net::HttpConnection;
using Phase = HttpConnection::Phase;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kDate = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";

// A connection whose requests are kept until the test answers them.
class Wire {
 public:
  explicit Wire(net::HttpConnectionOptions options = {}) : options_(std::move(options)) {}

  std::string take() {
    std::string out(http.output());
    http.sent(out.size());
    return out;
  }
  std::string all() {
    std::string out;
    while (!http.output().empty()) out += take();
    return out;
  }

  std::vector<const net::HttpRequest*> requests;
  std::vector<std::string> seen;  // "method path?query body"
  bool at_once = false;

 private:
  net::HttpConnectionOptions options_;
  HttpConnection::OnRequest on_request_ = [this](const net::HttpRequest& request, uint64_t number) {
    requests.push_back(&request);
    seen.push_back(std::string(request.method) + " " + std::string(request.path) + "?" + std::string(request.query) +
                   " " + std::string(request.body));
    if (at_once) http.reply(number, {.body = "r" + std::to_string(number)});
  };

 public:
  HttpConnection http{options_, kDate, on_request_};
};

std::string get(std::string_view path, std::string_view lines = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

std::string post(std::string_view body, std::string_view lines = "") {
  return "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(lines) +
         "\r\n" + std::string(body);
}

TEST(HttpConnection, HandsOverARequestAndSendsOneContiguousReply) {
  Wire wire;
  wire.http.receive(
      "POST /a/b?c=d HTTP/1.1\r\nHost: a\r\ncontent-type: text/x\r\nIf-None-Match: \"1\"\r\n"
      "Content-Length: 2\r\n\r\nhi");
  ASSERT_THAT(wire.seen, ElementsAre("POST /a/b?c=d hi"));
  EXPECT_EQ(wire.requests[0]->content_type, "text/x");
  EXPECT_EQ(wire.requests[0]->header("if-none-match"), "\"1\"");
  EXPECT_EQ(wire.requests[0]->header("accept"), "");
  wire.http.reply(0, {.status = 404, .extra_headers = "X: y\r\n", .body = "{}"});
  EXPECT_EQ(wire.take(), "HTTP/1.1 404 Not Found\r\n" + kDate +
                             "Content-Type: application/json\r\nContent-Length: 2\r\nX: y\r\n\r\n{}");
  EXPECT_EQ(wire.http.phase(), Phase::Idle);
}

TEST(HttpConnection, KeepsRepliesInTheOrderOfTheirRequests) {
  Wire wire;
  wire.http.receive(get("/0") + get("/1") + get("/2"));
  ASSERT_EQ(wire.seen.size(), 3u);
  wire.http.reply(2, {.body = "two"});
  wire.http.reply(1, {.body = "one"});
  EXPECT_EQ(wire.take(), "") << "the first is not answered yet";
  wire.http.reply(0, {.body = "zero"});
  auto out = wire.take();
  EXPECT_LT(out.find("zero"), out.find("one"));
  EXPECT_LT(out.find("one"), out.find("two"));
}

TEST(HttpConnection, KeepsARequestsBytesUntilItIsAnswered) {
  Wire wire;
  {
    std::string first = post("first body");
    wire.http.receive(first);
  }
  for (int i = 0; i < 20; ++i) wire.http.receive(get("/" + std::to_string(i)));
  EXPECT_EQ(wire.requests[0]->body, "first body");
  EXPECT_EQ(wire.requests[0]->method, "POST");
  EXPECT_EQ(wire.requests[7]->path, "/6");
}

TEST(HttpConnection, IgnoresAReplyToARequestThatIsNotWaiting) {
  Wire wire;
  wire.http.receive(get("/"));
  wire.http.reply(1, {});
  wire.http.reply(0, {.body = "once"});
  wire.http.reply(0, {.body = "twice"});
  EXPECT_THAT(wire.take(), Not(HasSubstr("twice")));
}

TEST(HttpConnection, GivesTheSameRequestsHoweverTheBytesArrive) {
  std::string stream;
  for (int i = 0; i < 6; ++i) {
    stream += get("/g" + std::to_string(i), "Accept: x\r\n") + post(std::string(static_cast<size_t>(i) * 37, 'b'));
    stream +=
        "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4;e\r\nabcd\r\n2\r\nef\r\n0\r\nT: u\r\n\r\n";
  }
  Wire whole;
  whole.at_once = true;
  whole.http.receive(stream);
  std::string out = whole.all();
  ASSERT_EQ(whole.seen.size(), 18u);
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    Wire halves;
    halves.at_once = true;
    halves.http.receive(std::string(stream, 0, cut));
    halves.http.receive(std::string(stream, cut));
    ASSERT_EQ(halves.seen, whole.seen) << "cut at " << cut;
    ASSERT_EQ(halves.all(), out) << "cut at " << cut;
  }
  uint64_t seed = base::entropy();
  SCOPED_TRACE(seed);
  base::Random random(seed);
  for (int round = 0; round < 200; ++round) {
    Wire pieces;
    pieces.at_once = true;
    std::string collected;
    for (size_t at = 0; at < stream.size();) {
      size_t step = 1 + random.below(random.chance(0.5) ? 4 : 200);
      pieces.http.receive(stream.substr(at, step));
      at += step;
      if (random.chance(0.5)) collected += pieces.take();
    }
    ASSERT_EQ(pieces.seen, whole.seen);
    ASSERT_EQ(collected + pieces.all(), out);
  }
}

TEST(HttpConnection, SaysContinueOnlyWhenTheBodyHasNotCome) {
  Wire wire;
  std::string request = post("hello", "Expect: 100-continue\r\n");
  size_t body = request.size() - 5;
  wire.http.receive(request.substr(0, body));
  EXPECT_EQ(wire.take(), "HTTP/1.1 100 Continue\r\n\r\n");
  wire.http.receive(request.substr(body));
  EXPECT_THAT(wire.seen, ElementsAre("POST /p? hello"));
  wire.http.reply(0, {});
  wire.take();
  wire.http.receive(request);
  EXPECT_EQ(wire.take(), "") << "the body was there already";
}

TEST(HttpConnection, SaysContinueBehindEarlierReplies) {
  Wire wire;
  wire.http.receive(get("/") + "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(wire.take(), "");
  wire.http.reply(0, {.body = "first"});
  EXPECT_THAT(wire.take(), testing::EndsWith("firstHTTP/1.1 100 Continue\r\n\r\n"));
}

TEST(HttpConnection, AsksForTheBodyLimitOncePerHead) {
  int asked = 0;
  net::HttpConnectionOptions options;
  options.body_limit = [&](const net::HttpRequest& head) {
    ++asked;
    return head.path == "/p" ? size_t{10} : size_t{0};
  };
  Wire wire(options);
  wire.http.receive(post("0123456789"));
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(wire.seen.size(), 1u);
  wire.http.reply(0, {});
  wire.take();
  wire.http.receive(post("01234567890"));
  auto out = wire.take();
  EXPECT_THAT(out, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(out, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(out, HasSubstr(R"({"error":{"code":"BODY_TOO_LARGE","message":)"));
  EXPECT_TRUE(wire.http.is_finished());
}

TEST(HttpConnection, StopsReadingWhenTooManyRequestsWait) {
  net::HttpConnectionOptions options;
  options.in_flight_max = 2;
  Wire wire(options);
  wire.http.receive(get("/0") + get("/1") + get("/2") + get("/3"));
  EXPECT_EQ(wire.seen.size(), 2u);
  EXPECT_FALSE(wire.http.wants_input());
  wire.http.reply(0, {});
  EXPECT_EQ(wire.seen.size(), 3u) << "there is room for one more";
  wire.http.input_ended();
  wire.http.reply(1, {});
  wire.http.reply(2, {});
  wire.http.reply(3, {});
  EXPECT_EQ(wire.seen.size(), 4u) << "what was read ahead is answered though the client sends no more";
  wire.all();
  EXPECT_TRUE(wire.http.is_finished());
}

TEST(HttpConnection, StopsReadingWhileTheClientDoesNotRead) {
  net::HttpConnectionOptions options;
  options.output_bytes_max = 1000;
  Wire wire(options);
  wire.http.receive(get("/0"));
  wire.http.reply(0, {.body = std::string(2000, 'x')});
  wire.http.receive(get("/1"));
  EXPECT_EQ(wire.seen.size(), 1u);
  EXPECT_FALSE(wire.http.wants_input());
  wire.http.sent(wire.http.output().size());
  EXPECT_EQ(wire.seen.size(), 2u);
  EXPECT_TRUE(wire.http.wants_input());
}

TEST(HttpConnection, StopsReadingWhileTooManyBodyBytesWait) {
  net::HttpConnectionOptions options;
  options.held_bytes_max = 100;
  Wire wire(options);
  wire.http.receive(post(std::string(120, 'x')) + get("/1"));
  EXPECT_EQ(wire.seen.size(), 1u);
  wire.http.reply(0, {});
  EXPECT_EQ(wire.seen.size(), 2u);
}

TEST(HttpConnection, AnswersHeadWithoutABodyButWithItsLength) {
  Wire wire;
  wire.http.receive("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  wire.http.reply(0, {.body = "12345"});
  auto out = wire.take();
  EXPECT_THAT(out, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(out, testing::EndsWith("\r\n\r\n"));
}

TEST(HttpConnection, SendsNoBodyWhereNoneMayBe) {
  Wire wire;
  wire.http.receive(get("/") + get("/"));
  wire.http.reply(0, {.status = 304, .body = "no"});
  wire.http.reply(1, {.status = 204, .body = "no"});
  auto out = wire.take();
  EXPECT_THAT(out, Not(HasSubstr("no\r\n")));
  EXPECT_THAT(out, Not(HasSubstr("Content-Length")));
}

TEST(HttpConnection, ClosesWhenTheClientAsksForIt) {
  for (std::string_view value : {"close", "Close", "x, close ,y"}) {
    Wire wire;
    wire.http.receive(get("/", "Connection: " + std::string(value) + "\r\n") + get("/ignored"));
    wire.http.reply(0, {});
    EXPECT_THAT(wire.take(), HasSubstr("Connection: close\r\n")) << value;
    EXPECT_TRUE(wire.http.is_finished());
    EXPECT_EQ(wire.seen.size(), 1u);
  }
}

TEST(HttpConnection, KeepsAnOldClientOnlyWhenItAsks) {
  Wire once, kept;
  once.http.receive("GET / HTTP/1.0\r\n\r\n");
  once.http.reply(0, {});
  EXPECT_THAT(once.take(), HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(once.http.is_finished());
  kept.http.receive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  kept.http.reply(0, {});
  EXPECT_THAT(kept.take(), HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_FALSE(kept.http.is_finished());
}

TEST(HttpConnection, TellsWhatItWaitsFor) {
  Wire wire;
  EXPECT_EQ(wire.http.phase(), Phase::Idle);
  wire.http.receive("POST / HTTP/1.1\r\n");
  EXPECT_EQ(wire.http.phase(), Phase::Head);
  wire.http.receive("Host: a\r\nContent-Length: 2\r\n\r\n1");
  EXPECT_EQ(wire.http.phase(), Phase::Body);
  wire.http.receive("2");
  EXPECT_EQ(wire.http.phase(), Phase::Answering);
  wire.http.reply(0, {});
  wire.take();
  EXPECT_EQ(wire.http.phase(), Phase::Idle);
  wire.http.input_ended();
  EXPECT_EQ(wire.http.phase(), Phase::Done);
}

TEST(HttpConnection, AnswersASlowRequestWith408AndAnIdleClientWithNothing) {
  for (std::string_view begun : {"GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"}) {
    Wire slow;
    slow.http.receive(begun);
    slow.http.time_out();
    EXPECT_THAT(slow.take(), StartsWith("HTTP/1.1 408 ")) << begun;
    EXPECT_TRUE(slow.http.is_finished());
  }
  Wire idle;
  idle.http.time_out();
  EXPECT_EQ(idle.take(), "");
  EXPECT_TRUE(idle.http.is_finished());
}

TEST(HttpConnection, DrainsWhatHasArrivedAndSaysGoodbye) {
  Wire wire;
  wire.http.receive(get("/0") + get("/1"));
  wire.http.drain();
  EXPECT_FALSE(wire.http.wants_input());
  wire.http.reply(0, {.body = "a"});
  wire.http.reply(1, {.body = "b"});
  auto out = wire.take();
  EXPECT_EQ(out.find("Connection: close"), out.rfind("Connection: close")) << "only the last reply ends it";
  EXPECT_GT(out.find("Connection: close"), out.find("\r\n\r\na"));
  EXPECT_TRUE(wire.http.is_finished());
}

TEST(HttpConnection, DrainsTheRequestWhoseBodyIsOnItsWay) {
  Wire wire;
  std::string request = post("hello");
  wire.http.receive(request.substr(0, request.size() - 2));
  wire.http.drain();
  EXPECT_TRUE(wire.http.wants_input());
  wire.http.receive("lo" + get("/next"));
  EXPECT_THAT(wire.seen, ElementsAre("POST /p? hello"));
  wire.http.reply(0, {});
  EXPECT_THAT(wire.take(), HasSubstr("Connection: close"));
  EXPECT_TRUE(wire.http.is_finished());
}

TEST(HttpConnection, EndsWhenTheClientLeavesWithinARequest) {
  Wire wire;
  wire.http.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx");
  wire.http.input_ended();
  EXPECT_TRUE(wire.http.is_finished());
  EXPECT_TRUE(wire.seen.empty());
}

TEST(HttpConnection, LeavesRoomBehindABody) {
  Wire wire;
  wire.http.receive(post(std::string(1000, 'x')));
  auto body = wire.requests[0]->body;
  volatile char sum = 0;
  for (size_t i = 0; i < 64; ++i) sum = static_cast<char>(sum ^ *(body.data() + body.size() + i));
}

}  // namespace
}  // namespace augury
