// The HTTP surface of an engine: listeners, routes, replies.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "augury/engine.h"
#include "augury/result.h"

namespace augury::api {

struct HttpApiOptions {
  // "127.0.0.1:8080", "0.0.0.0:8080", ":0" (a free port) or "unix:/run/augury.sock"; several may be given.
  std::vector<std::string> listen = {"127.0.0.1:8080"};
  // Threads that read requests and answer what is in memory. 0 = one per core.
  int io_threads = 0;
};

// Thread-safe. The engine outlives it.
class HttpApi {
 public:
  // Unavailable: an address cannot be bound.
  static Result<std::unique_ptr<HttpApi>> start(Engine& engine, const HttpApiOptions& options);
  virtual ~HttpApi() = default;

  // Where it can be reached: "http://127.0.0.1:8080", "unix:/run/augury.sock".
  virtual std::vector<std::string> urls() const = 0;
  // No new connections; requests in flight are answered; gives up after `patience`.
  virtual void drain(Duration patience) = 0;
};

// One request without a socket, for a program that holds the engine itself. Blocks until answered.
struct LocalReply {
  int status = 0;
  std::string body;
};
LocalReply call(Engine& engine, std::string_view method, std::string_view target, std::string_view body);

}  // namespace augury::api
