// One request on its way through the API: what was asked, where the answer goes.
//
// Borrowed parts live until the endpoint returns; an endpoint that answers later keeps `respond` and nothing else.
#pragma once

#include <functional>
#include <string_view>

#include "augury/engine.h"
#include "net/http_message.h"

namespace augury::api {

using Respond = std::move_only_function<void(net::HttpReply)>;

struct Exchange {
  const net::HttpRequest& request;
  std::string_view path;  // Without the /apps/{app} prefix.
  std::string_view app;   // From that prefix; empty without one.
  std::string_view id;    // What the route's {…} matched, percent-decoded.
  Resumer& resumer;
  Respond respond;
};

}  // namespace augury::api
