#include "net/http_client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

namespace augury {
namespace {

using namespace std::chrono_literals;

// Accepts connections one after the other, reads something on each, says its line and closes.
class Scripted {
 public:
  explicit Scripted(std::vector<std::string> lines) {
    address_ = *net::Address::parse("127.0.0.1:0");
    listener_ = std::move(*net::listen_on(address_, true));
    thread_ = std::jthread([this, lines = std::move(lines)](std::stop_token stop) {
      for (const auto& line : lines) {
        net::Socket socket;
        while (!socket.is_open() && !stop.stop_requested()) {
          socket = net::Socket(accept4(listener_.fd(), nullptr, nullptr, 0));
          if (!socket.is_open()) std::this_thread::sleep_for(1ms);
        }
        char buffer[4096];
        if (socket.is_open() && recv(socket.fd(), buffer, sizeof buffer, 0) > 0)
          send(socket.fd(), line.data(), line.size(), MSG_NOSIGNAL);
      }
    });
  }
  std::string url() const { return "http://" + address_.text(); }

 private:
  net::Address address_;
  net::Socket listener_;
  std::jthread thread_;
};

TEST(HttpClient, ReadsEveryFormOfABody) {
  Scripted server(
      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A:  b \r\n\r\nhi", "HTTP/1.1 200 OK\r\n\r\nto the end",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"});
  for (std::string_view want : {"hi", "to the end", "ok"}) {
    auto client = net::HttpClient::connect(server.url());
    ASSERT_TRUE(client.has_value());
    auto reply = client->request("GET", "/");
    ASSERT_TRUE(reply.has_value()) << reply.error().message;
    EXPECT_EQ(reply->body, want);
    EXPECT_EQ(reply->header("x-a"), want == "hi" ? "b" : "");
    EXPECT_EQ(reply->status, want == "ok" ? 201 : 200);
  }
}

TEST(HttpClient, ConnectsAnewWhenTheServerHasClosed) {
  Scripted server({"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2"});
  auto client = net::HttpClient::connect(server.url());
  EXPECT_EQ(client->request("GET", "/")->body, "1");
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(client->request("GET", "/")->body, "2");
}

TEST(HttpClient, SaysWhatWentWrong) {
  Scripted server({"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "nonsense\r\n\r\n",
                   "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\no"});
  for (int i = 0; i < 6; ++i) {
    auto client = net::HttpClient::connect(server.url());
    auto reply = client->request("POST", "/", "{}");
    ASSERT_FALSE(reply.has_value()) << i;
    EXPECT_EQ(reply.error().code, Code::Unavailable) << reply.error().message;
  }
}

TEST(HttpClient, GivesUpInTime) {
  auto address = *net::Address::parse("127.0.0.1:0");
  auto silent = net::listen_on(address, true);
  auto client = net::HttpClient::connect(address.text());
  auto reply = client->request("GET", "/", {}, {}, 20ms);
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, Code::Deadline);
}

TEST(HttpClient, RefusesAnAddressNobodyListensOn) {
  auto address = *net::Address::parse("127.0.0.1:0");
  {
    auto closed = net::listen_on(address, true);
  }
  EXPECT_EQ(net::HttpClient::connect(address.text()).error().code, Code::Unavailable);
  EXPECT_EQ(net::HttpClient::connect("what").error().code, Code::Invalid);
}

}  // namespace
}  // namespace augury
