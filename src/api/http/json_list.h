// A bulk body: one object, an array of objects, or NDJSON (Content-Type application/x-ndjson).
#pragma once

#include <vector>

#include "api/http/json_input.h"
#include "net/http_message.h"

namespace augury::api {

// Invalid: the body, or a line of it (its number is in the message), is no JSON.
Result<std::vector<wire::JsonValue>> read_list(JsonInput& in, const net::HttpRequest& request);

}  // namespace augury::api
