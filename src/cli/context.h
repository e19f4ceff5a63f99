// What the program lends its commands: the surfaces that live beside this module, and a way to be asked to stop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "augury/engine.h"
#include "augury/result.h"
#include "augury/time.h"

namespace augury::cli {

struct Reply {
  int status = 0;
  std::string body;
};

// A running server.
class Server {
 public:
  virtual ~Server() = default;
  virtual std::vector<std::string> urls() const = 0;
  virtual void drain(Duration patience) = 0;
};

struct ServerOptions {
  std::vector<std::string> listen;
  int io_threads = 0;
};

struct Context {
  // Serves `engine` until the Server is destroyed.
  std::function<Result<std::unique_ptr<Server>>(Engine& engine, const ServerOptions& options)> start_server;
  // One request of the HTTP API against an engine of our own.
  std::function<Reply(Engine& engine, std::string_view method, std::string_view target, std::string_view body)> call;
  // From now on being asked to stop (SIGTERM, SIGINT) is kept for wait_for_stop(). Before any thread is started.
  std::function<void()> hold_stop;
  // Blocks until the process is asked to stop.
  std::function<void()> wait_for_stop;
  // Path of this program, for commands that start another one of it.
  std::string program;
};

}  // namespace augury::cli
