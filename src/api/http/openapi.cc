// GET /openapi.yaml: what is served here, for programs.
#include "api/http/endpoints.h"
#include "api/http/error_table.h"
#include "api/http/openapi_text.h"

namespace augury::api {

void openapi_get(Engine&, Exchange exchange) {
  auto reply = json_reply(std::string(openapi_text()));
  reply.content_type = "application/yaml";
  exchange.respond(std::move(reply));
}

}  // namespace augury::api
