// POST /v1/breakers/{name} {"state": "open" | "auto"}: a drill.
#include "api/http/endpoints.h"
#include "api/http/json_input.h"
#include "wire/json_writer.h"

namespace augury::api {

void breakers_post(Engine& engine, Exchange exchange) {
  thread_local wire::JsonReader reader;
  std::byte first[1 << 10];
  Arena arena(first, sizeof first);
  JsonInput in(arena, reader);
  auto root = in.read(exchange.request.body);
  if (!root) return exchange.respond(error_reply(root.error()));
  auto state = in.text(*root, "state");
  if (state != "open" && state != "auto") {
    in.problem("state", "expected \"open\" or \"auto\", found \"" + std::string(state) + "\"");
    return exchange.respond(in.error());
  }
  auto mode = state == "open" ? Engine::BreakerMode::Open : Engine::BreakerMode::Auto;
  if (auto done = engine.set_breaker(exchange.app, exchange.id, mode); !done) {
    return exchange.respond(error_reply(done.error()));
  }
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object();
  json.member("breaker", exchange.id);
  json.member("state", state);
  json.end_object();
  exchange.respond(json_reply(std::move(body)));
}

}  // namespace augury::api
