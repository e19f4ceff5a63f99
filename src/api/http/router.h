// From a request to its endpoint.
//
// Routes are a table: method, path with at most one {…}, endpoint. A path that exists under another method is 405 with
// Allow; one that does not exist is 404.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "api/http/exchange.h"
#include "augury/engine.h"

namespace augury::api {

// Immutable after construction; the engine outlives it. Safe to call from every I/O thread.
class Router {
 public:
  explicit Router(Engine& engine) : engine_(engine) {}

  // `request` need only live until this returns; `respond` is called exactly once, then or later.
  void route(const net::HttpRequest& request, Resumer& resumer, Respond respond) const;

 private:
  Engine& engine_;
};

// Method and path of every route, a '*' where one segment is free.
std::vector<std::pair<std::string_view, std::string_view>> routes();

// Bytes a body may have on this path: 16 MiB where things come in bulk, 1 MiB elsewhere.
size_t body_bytes_max(std::string_view path);

}  // namespace augury::api
