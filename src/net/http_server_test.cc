#include "net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "base/random.h"
#include "base/sync.h"
#include "net/http_client.h"

namespace augury {
namespace {

using namespace std::chrono_literals;
using net::HttpClient;
using net::HttpRequest;
using net::HttpServer;
using net::HttpServerOptions;
using net::Responder;

HttpServerOptions quick() {
  HttpServerOptions options;
  options.listen = {"127.0.0.1:0"};
  options.threads = 2;
  options.tick = 10ms;
  return options;
}

void echo(const HttpRequest& request, Responder responder) {
  responder.reply({.body = std::string(request.path) + " " + std::string(request.body)});
}

std::unique_ptr<HttpServer> serve(const HttpServerOptions& options, net::HttpService service) {
  auto server = HttpServer::start(options, std::move(service));
  EXPECT_TRUE(server.has_value()) << server.error().message;
  return std::move(*server);
}

HttpClient client_of(const HttpServer& server, size_t address = 0) {
  auto client = HttpClient::connect(server.addresses()[address].text());
  EXPECT_TRUE(client.has_value()) << client.error().message;
  return std::move(*client);
}

TEST(HttpServer, AnswersOverTcpAndUnixSockets) {
  auto options = quick();
  std::string path = "/tmp/augury_http_server_test_" + std::to_string(getpid());
  options.listen.push_back("unix:" + path);
  auto server = serve(options, echo);
  for (size_t i : {0u, 1u}) {
    auto client = client_of(*server, i);
    for (int n = 0; n < 3; ++n) EXPECT_EQ(client.request("POST", "/a", "b")->body, "/a b");
  }
  EXPECT_EQ(server->status().requests, 6u);
  EXPECT_EQ(access(path.c_str(), F_OK), 0);
  server->drain(1s);
  EXPECT_NE(access(path.c_str(), F_OK), 0) << "the socket's file goes with the server";
}

TEST(HttpServer, SendsTheDate) {
  base::ManualWallClock wall(from_micros(784'111'777'000'000));
  auto server = HttpServer::start(quick(), echo, wall);
  EXPECT_EQ(client_of(**server).request("GET", "/")->header("date"), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpServer, RefusesOptionsAndAddressesItCannotServe) {
  auto server = serve(quick(), echo);
  auto taken = quick();
  taken.listen = {server->addresses()[0].text()};
  EXPECT_EQ(HttpServer::start(taken, echo).error().code, Code::Conflict);
  auto wrong = quick();
  wrong.listen = {"nonsense"};
  EXPECT_EQ(HttpServer::start(wrong, echo).error().code, Code::Invalid);
  wrong.listen = {};
  EXPECT_EQ(HttpServer::start(wrong, echo).error().code, Code::Invalid);
  wrong = quick();
  wrong.threads = 0;
  EXPECT_EQ(HttpServer::start(wrong, echo).error().code, Code::Invalid);
  wrong = quick();
  wrong.connections_max = 0;
  EXPECT_EQ(HttpServer::start(wrong, echo).error().code, Code::Invalid);
}

TEST(HttpServer, TakesLateRepliesFromAnyThreadAndKeepsTheirOrder) {
  base::Mutex mutex;
  std::vector<std::pair<std::string, Responder>> waiting;
  auto server = serve(quick(), [&](const HttpRequest& request, Responder responder) {
    base::Lock lock(mutex);
    waiting.emplace_back(request.path, std::move(responder));
  });
  auto client = client_of(*server);
  std::string requests;
  for (int i = 0; i < 10; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(client.send(requests).has_value());
  auto arrived = [&] {
    base::Lock lock(mutex);
    return waiting.size();
  };
  while (arrived() < 10) std::this_thread::sleep_for(1ms);
  for (size_t i = 10; i-- > 0;) {
    std::jthread([&] { waiting[i].second.reply({.body = waiting[i].first}); });
  }
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.receive()->body, "/" + std::to_string(i));
}

TEST(HttpServer, AnswersARequestThatWasDropped) {
  auto server = serve(quick(), [](const HttpRequest&, Responder) {});
  auto client = client_of(*server);
  auto reply = client.request("GET", "/");
  EXPECT_EQ(reply->status, 500);
  EXPECT_THAT(reply->body, testing::HasSubstr("NO_REPLY"));
}

TEST(HttpServer, ContinuesOnTheThreadThatReadTheRequest) {
  auto server = serve(quick(), [](const HttpRequest&, Responder responder) {
    auto asker = std::this_thread::get_id();
    auto& resumer = responder.resumer();
    std::thread([asker, &resumer, kept = std::move(responder)]() mutable {
      resumer.post([asker, &resumer, kept = std::move(kept)]() mutable {
        resumer.post_after(Duration{5000}, [asker, kept = std::move(kept)]() mutable {
          kept.reply({.body = asker == std::this_thread::get_id() ? "same" : "other"});
        });
      });
    }).detach();
  });
  auto client = client_of(*server);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.request("GET", "/")->body, "same");
}

TEST(HttpServer, RunsAlarmsInTheOrderOfTheirTimes) {
  auto server = serve(quick(), [](const HttpRequest&, Responder responder) {
    auto order = std::make_shared<std::string>();
    auto& resumer = responder.resumer();
    resumer.post_after(Duration{20'000},
                       [order, kept = std::move(responder)]() mutable { kept.reply({.body = *order}); });
    resumer.post_after(Duration{10'000}, [order] { *order += "b"; });
    resumer.post_after(Duration{1000}, [order] { *order += "a"; });
    resumer.post_after(Duration{10'000}, [order] { *order += "c"; });
  });
  EXPECT_EQ(client_of(*server).request("GET", "/")->body, "abc");
}

TEST(HttpServer, ForgetsAReplyWhoseConnectionOrServerHasGone) {
  base::Mutex mutex;
  std::vector<Responder> waiting;
  auto arrived = [&] {
    base::Lock lock(mutex);
    return waiting.size();
  };
  auto server = serve(quick(), [&](const HttpRequest&, Responder responder) {
    base::Lock lock(mutex);
    waiting.push_back(std::move(responder));
  });
  for (int i = 0; i < 2; ++i) {
    auto client = client_of(*server);
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").has_value());
    while (arrived() < static_cast<size_t>(i) + 1) std::this_thread::sleep_for(1ms);
  }
  waiting[0].reply({.body = "too late"});
  server.reset();
  waiting[1].resumer().post([] { ADD_FAILURE() << "there is no thread to run on"; });
  waiting[1].reply({.body = "much too late"});
}

TEST(HttpServer, AnswersSlowClientsWith408AndClosesIdleOnes) {
  auto options = quick();
  options.idle = options.head = options.body = 30ms;
  auto server = serve(options, echo);
  auto head = client_of(*server), body = client_of(*server), idle = client_of(*server);
  ASSERT_TRUE(head.send("GET / HT").has_value());
  ASSERT_TRUE(body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe").has_value());
  EXPECT_EQ(head.receive(2s)->status, 408);
  EXPECT_EQ(body.receive(2s)->status, 408);
  EXPECT_TRUE(head.at_end(2s));
  EXPECT_TRUE(idle.at_end(2s));
}

TEST(HttpServer, DropsAClientThatDoesNotRead) {
  auto options = quick();
  options.stalled = 30ms;
  auto server = serve(
      options, [](const HttpRequest&, Responder responder) { responder.reply({.body = std::string(32 << 20, 'x')}); });
  auto client = client_of(*server);
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").has_value());
  for (int i = 0; i < 500 && (server->status().accepted == 0 || server->status().connections > 0); ++i)
    std::this_thread::sleep_for(10ms);
  EXPECT_EQ(server->status().connections, 0u);
}

TEST(HttpServer, SendsALargeReplyToASlowReader) {
  auto server = serve(
      quick(), [](const HttpRequest&, Responder responder) { responder.reply({.body = std::string(8 << 20, 'x')}); });
  auto client = client_of(*server);
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").has_value());
  std::this_thread::sleep_for(30ms);
  EXPECT_EQ(client.receive()->body.size(), size_t{8} << 20);
}

TEST(HttpServer, TakesLargeAndChunkedBodiesUpToThePathsLimit) {
  auto options = quick();
  options.connection.body_limit = [](const HttpRequest& head) {
    return head.path == "/bulk" ? size_t{16} << 20 : size_t{1} << 20;
  };
  auto server = serve(options, [](const HttpRequest& request, Responder responder) {
    responder.reply({.body = std::to_string(request.body.size())});
  });
  std::string large(16 << 20, 'x');
  auto client = client_of(*server);
  EXPECT_EQ(client.request("POST", "/bulk", large)->body, std::to_string(large.size()));
  EXPECT_EQ(client.request("POST", "/x", large)->status, 413) << "the reply survives the unread body";
  EXPECT_EQ(client.request("POST", "/x", "ok")->body, "2") << "on a new connection";
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n").has_value());
  ASSERT_TRUE(client.send("2\r\nde\r\n0\r\n\r\n").has_value());
  EXPECT_EQ(client.receive()->body, "5");
}

TEST(HttpServer, TellsAClientToContinue) {
  auto server = serve(quick(), echo);
  auto client = client_of(*server);
  ASSERT_TRUE(
      client.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n").has_value());
  std::this_thread::sleep_for(20ms);
  ASSERT_TRUE(client.send("ok").has_value());
  EXPECT_EQ(client.receive()->body, "/a ok");
}

TEST(HttpServer, AnswersAClientThatHasEndedItsSide) {
  auto server = serve(quick(), echo);
  auto client = client_of(*server);
  std::string requests;
  for (int i = 0; i < 200; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(client.send(requests).has_value());
  client.end_sending();
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.receive()->body, "/" + std::to_string(i) + " ");
  EXPECT_TRUE(client.at_end(2s));
}

TEST(HttpServer, RefusesConnectionsBeyondItsBound) {
  auto options = quick();
  options.connections_max = 2;
  auto server = serve(options, echo);
  auto one = client_of(*server), two = client_of(*server);
  EXPECT_EQ(one.request("GET", "/")->status, 200);
  EXPECT_EQ(two.request("GET", "/")->status, 200);
  auto three = client_of(*server);
  EXPECT_EQ(three.receive(2s)->status, 503);
  EXPECT_EQ(server->status().refused, 1u);
}

TEST(HttpServer, DrainsRequestsInFlightThenEndsEveryConnection) {
  auto server = serve(quick(), [](const HttpRequest&, Responder responder) {
    auto& resumer = responder.resumer();
    resumer.post_after(Duration{50'000}, [kept = std::move(responder)]() mutable { kept.reply({.body = "done"}); });
  });
  auto busy = client_of(*server), idle = client_of(*server);
  ASSERT_TRUE(busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").has_value());
  std::this_thread::sleep_for(10ms);
  std::jthread reader([&] {
    auto reply = busy.receive();
    ASSERT_TRUE(reply.has_value()) << reply.error().message;
    EXPECT_EQ(reply->body, "done");
    EXPECT_EQ(reply->header("connection"), "close");
    EXPECT_TRUE(idle.at_end(2s));
    HttpClient gone = std::move(busy);  // Closes.
  });
  EXPECT_TRUE(server->drain(5s));
  EXPECT_FALSE(HttpClient::connect(server->addresses()[0].text()).has_value());
}

TEST(HttpServer, CutsWhatDoesNotFinishInTime) {
  std::vector<Responder> waiting;
  auto options = quick();
  options.threads = 1;
  auto server =
      serve(options, [&](const HttpRequest&, Responder responder) { waiting.push_back(std::move(responder)); });
  auto client = client_of(*server);
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").has_value());
  while (server->status().requests == 0) std::this_thread::sleep_for(1ms);
  EXPECT_FALSE(server->drain(20ms));
  EXPECT_FALSE(client.receive(1s).has_value());
}

TEST(HttpServer, SurvivesFiftyClientsThatPipelineDelayAndLeave) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE(seed);
  std::atomic<uint64_t> late{0};
  auto server = serve(quick(), [&](const HttpRequest& request, Responder responder) {
    auto body = std::string(request.path);
    uint64_t choice = base::mix(request.path.size() + late.fetch_add(1)) % 4;
    auto& resumer = responder.resumer();
    if (choice == 0) return responder.reply({.body = body});
    auto answer = [body, kept = std::move(responder)]() mutable { kept.reply({.body = body}); };
    if (choice == 1) return resumer.post(std::move(answer));
    resumer.post_after(Duration{static_cast<int64_t>(choice) * 300}, std::move(answer));
  });
  std::vector<std::jthread> clients;
  std::atomic<int> answered{0};
  for (uint64_t c = 0; c < 50; ++c) {
    clients.emplace_back([&, c] {
      base::Random random(seed + c);
      for (int round = 0; round < 6; ++round) {
        auto client = client_of(*server);
        int count = static_cast<int>(random.between(1, 40));
        std::string requests;
        for (int i = 0; i < count; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        if (!client.send(requests)) continue;
        if (random.chance(0.2)) continue;  // Leaves without reading.
        for (int i = 0; i < count; ++i) {
          auto reply = client.receive();
          ASSERT_TRUE(reply.has_value()) << reply.error().message;
          ASSERT_EQ(reply->body, "/" + std::to_string(i));
          ++answered;
        }
      }
    });
  }
  clients.clear();
  EXPECT_GT(answered, 1000);
  EXPECT_TRUE(server->drain(5s));
}

}  // namespace
}  // namespace augury
