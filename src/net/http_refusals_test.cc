// Every request that must not be guessed at, with the status it gets.
#include <gtest/gtest.h>

#include "base/random.h"
#include "net/http_connection.h"

namespace augury {
namespace {

const std::string kDate = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
const std::string kHost = "GET / HTTP/1.1\r\nHost: a\r\n";

struct Case {
  std::string bytes;
  int status;
};

// All statuses, in order, and whether the connection then ends.
struct Outcome {
  std::vector<int> statuses = {};
  bool finished = false;
  bool operator==(const Outcome&) const = default;
};

Outcome run(std::string_view bytes, base::Random* splits = nullptr) {
  net::HttpConnectionOptions options;
  options.body_limit = [](const net::HttpRequest&) { return size_t{1000}; };
  net::HttpConnection* connection = nullptr;
  net::HttpConnection::OnRequest answer = [&](const net::HttpRequest&, uint64_t number) {
    connection->reply(number, {.body = "{}"});
  };
  net::HttpConnection http(options, kDate, answer);
  connection = &http;
  std::string out;
  while (!bytes.empty()) {
    size_t step =
        splits ? 1 + splits->below(std::min<size_t>(bytes.size(), splits->chance(0.5) ? 3 : 400)) : bytes.size();
    std::string piece(bytes.substr(0, step));  // Its own allocation, gone afterwards: nothing may point into it.
    http.receive(piece);
    bytes.remove_prefix(step);
    out += http.output();
    http.sent(http.output().size());
  }
  Outcome outcome{.finished = http.is_finished()};
  for (size_t at = out.find("HTTP/1.1 "); at != std::string::npos; at = out.find("HTTP/1.1 ", at + 1)) {
    std::string_view status = std::string_view(out).substr(at + 9, 3);
    if (status.front() >= '1' && status.front() <= '5') outcome.statuses.push_back(std::stoi(std::string(status)));
  }
  return outcome;
}

std::string fields(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "X-" + std::to_string(i) + ": y\r\n";
  return text;
}

std::string post(std::string_view lines, std::string_view body = "") {
  return "POST /x HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n" + std::string(body);
}

std::vector<Case> refused() {
  std::string nul(1, '\0');
  return {
      // Two framings, or one that is not plain.
      {post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400},
      {post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
      {post("Content-Length: 5\r\nTransfer-Encoding: gzip\r\n"), 400},
      {post("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n"), 400},
      {post("Transfer-Encoding: gzip\r\n"), 501},
      {post("Transfer-Encoding: chunked, gzip\r\n"), 501},
      {post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
      {post("Transfer-Encoding: identity\r\n"), 501},
      {post("Transfer-Encoding: xchunked\r\n"), 501},
      {post("Transfer-Encoding: chunked;q=1\r\n"), 501},
      {post("Transfer-Encoding: \"chunked\"\r\n"), 501},
      {post("Transfer-Encoding:\r\n"), 501},
      {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400},
      {post("Transfer-Encoding : chunked\r\n"), 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
      {post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
      {post("Content-Length: 5, 5\r\n", "hello"), 400},
      {post("Content-Length: 5,6\r\n", "hello"), 400},
      {post("Content-Length: +5\r\n", "hello"), 400},
      {post("Content-Length: -5\r\n", "hello"), 400},
      {post("Content-Length: 0x5\r\n", "hello"), 400},
      {post("Content-Length: 5 5\r\n", "hello"), 400},
      {post("Content-Length: five\r\n", "hello"), 400},
      {post("Content-Length: 5.0\r\n", "hello"), 400},
      {post("Content-Length:\r\n"), 400},
      {post("Content-Length: 99999999999999999999999\r\n"), 400},
      {post("Content-Length : 5\r\n", "hello"), 400},
      // Chunks.
      {post("Transfer-Encoding: chunked\r\n", "x\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\n", "-1\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\n", "0x1\r\na\r\n0\r\n\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\n", "1\na\r\n0\r\n\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\n", "1\r\nab\r\n0\r\n\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\n", "10000000000000000\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\n", ";a\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\n", "0\r\n x\r\n\r\n"), 400},
      {post("Transfer-Encoding: chunked\r\n", "3e9\r\n"), 413},
      {post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n3e8\r\n"), 413},
      {post("Content-Length: 1001\r\n"), 413},
      {post("Content-Length: 1001\r\nExpect: 100-continue\r\n"), 413},
      {post("Content-Length: 18446744073709551615\r\n"), 413},
      // Host.
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      // Lines.
      {kHost + " folded\r\n\r\n", 400},
      {kHost + "X: a\r\n b\r\n\r\n", 400},
      {kHost + "X: a\r\n\tb\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
      {kHost + "\n", 400},
      {kHost + "X: a\rb\r\n\r\n", 400},
      {kHost + "X: a\r\rb: c\r\n\r\n", 400},
      {kHost + "X: a\r\r\n\r\n", 400},
      {kHost + "X: a" + nul + "b\r\n\r\n", 400},
      {kHost + "X: a\x01\r\n\r\n", 400},
      {kHost + "X: a\x7f\r\n\r\n", 400},
      {kHost + "X\x0b: a\r\n\r\n", 400},
      {kHost + "X\r\n\r\n", 400},
      {kHost + ": a\r\n\r\n", 400},
      {kHost + "X y: a\r\n\r\n", 400},
      {kHost + "X\xc3\xa4: a\r\n\r\n", 400},
      {kHost + "X(: a\r\n\r\n", 400},
      {"\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"\n" + kHost + "\r\n", 400},
      // Request line.
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / \r\nHost: a\r\n\r\n", 400},
      {"GET /\r\nHost: a\r\n\r\n", 400},
      {"GET\r\nHost: a\r\n\r\n", 400},
      {"/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTX/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1,1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/11\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {kHost + "Expect: 200-ok\r\n\r\n", 417},
      // Sizes.
      {"GET /" + std::string(8200, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"GET /" + std::string(20'000, 'x'), 414},
      {kHost + "X: " + std::string(16'500, 'x') + "\r\n\r\n", 431},
      {kHost + "X: " + std::string(40'000, 'x'), 431},
      {kHost + "X: " + std::string(40'000, '\x01'), 431},
      {kHost + fields(100) + "\r\n", 431},
      {kHost + fields(500) + "\r\n", 431},
      {"\x16\x03\x01\x02\r\n\x01\r\n\r\n", 400},
  };
}

TEST(HttpRefusals, EveryMalformedRequestGetsItsStatusOnceAndTheConnectionEnds) {
  auto cases = refused();
  EXPECT_GE(cases.size(), 100u);
  for (const auto& one : cases) {
    // What follows must not be read as a request: that is how one is smuggled.
    auto outcome = run(one.bytes + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(outcome, (Outcome{{one.status}, true})) << testing::PrintToString(one.bytes.substr(0, 200));
  }
}

TEST(HttpRefusals, ComeBehindTheRepliesToEarlierRequests) {
  for (const auto& one : refused()) {
    if (one.bytes.starts_with("\r\n")) continue;
    EXPECT_EQ(run(kHost + "\r\n" + one.bytes), (Outcome{{200, one.status}, true})) << one.bytes.substr(0, 200);
  }
}

TEST(HttpRefusals, DoNotDependOnHowTheBytesArrive) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE(seed);
  base::Random random(seed);
  for (const auto& one : refused()) {
    for (int round = 0; round < 5; ++round)
      EXPECT_EQ(run(one.bytes, &random).statuses, (std::vector<int>{one.status})) << one.bytes.substr(0, 200);
  }
}

TEST(HttpRefusals, NothingStrangeButLegalIsRefused) {
  for (const std::string& bytes : std::vector<std::string>{
           kHost + "\r\n",
           "\r\n" + kHost + "\r\n",
           "GET / HTTP/1.0\r\n\r\n",
           "GET /a?b=c%20d&e HTTP/1.1\r\nHost:a:80\r\n\r\n",
           "GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n",
           "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n",
           "BREW / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
           kHost + "X:\r\n\r\n",
           kHost + "X: \t a\tb \xc3\xa4 \r\n\r\n",
           kHost + "Expect: 100-Continue\r\n\r\n",
           kHost + fields(99) + "\r\n",
           kHost + "X: " + std::string(15'000, 'x') + "\r\n\r\n",
           "GET /" + std::string(8'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n",
           post("Content-Length: 0\r\n"),
           post("Content-Length: 005\r\n", "hello"),
           post("content-LENGTH: 1000\r\n", std::string(1000, 'x')),
           post("Transfer-Encoding: Chunked\r\n", "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n"),
           post("Transfer-Encoding: chunked\r\n", "3e8\r\n" + std::string(1000, 'x') + "\r\n0\r\n\r\n"),
       }) {
    EXPECT_EQ(run(bytes).statuses, (std::vector<int>{200})) << bytes.substr(0, 200);
  }
}

}  // namespace
}  // namespace augury
