// Serves HTTP/1.1 on TCP ports and Unix sockets.
//
// Each I/O thread has its own loop and its own listening socket (SO_REUSEPORT), and a connection stays on the thread
// that accepted it. There is no timer per request: once a tick, a thread looks over its connections and ends those
// that idle, dribble or do not read.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "augury/result.h"
#include "base/clock.h"
#include "net/address.h"
#include "net/http_connection.h"
#include "net/responder.h"

namespace augury::net {

struct HttpServerOptions {
  std::vector<std::string> listen = {"127.0.0.1:8080"};  // See net/address.h; port 0: any free one.
  int threads = 1;
  size_t connections_max = 20'000;  // More are answered 503 and closed.
  HttpConnectionOptions connection;
  // How long a client may take, each to the precision of a tick.
  std::chrono::milliseconds idle = std::chrono::seconds{60};     // Between two requests.
  std::chrono::milliseconds head = std::chrono::seconds{10};     // For a head, once begun.
  std::chrono::milliseconds body = std::chrono::seconds{30};     // For a body.
  std::chrono::milliseconds stalled = std::chrono::seconds{30};  // Without taking a byte of a reply.
  std::chrono::milliseconds tick = std::chrono::seconds{1};

  Result<void> validate() const;
};

struct HttpServerStatus {
  size_t connections = 0;
  uint64_t accepted = 0;
  uint64_t refused = 0;  // Beyond connections_max.
  uint64_t requests = 0;
};

class IoThread;

// Runs on the I/O thread that read the request, on several at once: it must be thread-safe and must not block.
using HttpService = std::function<void(const HttpRequest& request, Responder responder)>;

// Thread-safe.
class HttpServer {
 public:
  // Listens and serves when it returns. Conflict: an address is in use. Invalid: the options are wrong.
  static Result<std::unique_ptr<HttpServer>> start(const HttpServerOptions& options, HttpService service,
                                                   const base::WallClock& wall = base::system_wall_clock(),
                                                   const base::MonotonicClock& clock = base::system_monotonic_clock());
  // Without drain(): requests in flight are dropped.
  ~HttpServer();

  // As asked for, with the ports that were bound.
  const std::vector<Address>& addresses() const { return addresses_; }

  void stop_accepting();
  // Answers what has arrived, then closes every connection and ends the threads. False: `wait` passed first and
  // connections were cut. Nothing is served afterwards.
  bool drain(std::chrono::milliseconds wait);

  HttpServerStatus status() const;

 private:
  HttpServer() = default;
  Result<void> open(const HttpServerOptions& options, HttpService service, const base::WallClock& wall,
                    const base::MonotonicClock& clock);

  struct Counters {
    std::atomic<size_t> connections{0};
    std::atomic<uint64_t> accepted{0};
    std::atomic<uint64_t> refused{0};
    std::atomic<uint64_t> requests{0};
  };
  friend class IoThread;

  HttpServerOptions options_;
  HttpService service_;
  Counters counters_;
  std::vector<Address> addresses_;
  std::vector<std::shared_ptr<IoThread>> threads_;
};

}  // namespace augury::net
