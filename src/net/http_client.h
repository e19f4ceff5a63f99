// A small HTTP/1.1 client: one connection, kept open, one call at a time.
//
// For the command line, the demo, tests and load tools. A call is never sent twice: a kept connection that the server
// has closed meanwhile is noticed before sending and opened anew.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "augury/result.h"
#include "base/clock.h"
#include "net/address.h"

namespace augury::net {

struct HttpReplyText {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::string_view header(std::string_view name) const;  // Any case; empty if absent.
};

// Movable; not thread-safe.
class HttpClient {
 public:
  static constexpr std::chrono::milliseconds kWait{30'000};

  // `url`: see net/address.h. Connects at once.
  static Result<HttpClient> connect(std::string_view url, std::chrono::milliseconds wait = kWait);

  // Unavailable: the connection broke. Deadline: no whole reply within `wait`. `headers`: whole lines with "\r\n".
  Result<HttpReplyText> request(std::string_view method, std::string_view target, std::string_view body = {},
                                std::string_view headers = {}, std::chrono::milliseconds wait = kWait);

  // The two halves of request(), for pipelining and for saying odd things.
  Result<void> send(std::string_view bytes, std::chrono::milliseconds wait = kWait);
  Result<HttpReplyText> receive(std::chrono::milliseconds wait = kWait, bool has_body = true);
  // No more will be sent; replies may still be read.
  void end_sending();
  // The server closed, and nothing is left to read.
  bool at_end(std::chrono::milliseconds wait);

 private:
  HttpClient(Address address, Socket socket) : address_(std::move(address)), socket_(std::move(socket)) {}
  Result<void> reconnect_if_closed(std::chrono::milliseconds wait);
  Result<bool> read_more(base::MonotonicTime until);  // False: the server has closed.
  Result<std::string> read_head(base::MonotonicTime until);
  Result<void> read_body(HttpReplyText& reply, base::MonotonicTime until);
  Result<void> read_chunked(HttpReplyText& reply, base::MonotonicTime until);

  Address address_;
  Socket socket_;
  std::string received_;
  bool close_after_ = false;  // The server said it will.
};

}  // namespace augury::net
