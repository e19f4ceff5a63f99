// A bulk body: one object, an array of objects, or NDJSON (Content-Type application/x-ndjson).
#pragma once

#include <string>
#include <vector>

#include "api/http/json_input.h"
#include "net/http_message.h"

namespace augury::api {

struct JsonList {
  struct BadLine {
    size_t place = 0;
    std::string message;
  };
  std::vector<wire::JsonValue> values;
  std::vector<size_t> places;  // Of each value in the call, from 0; of NDJSON its line, blank ones not counted.
  std::vector<BadLine> bad;    // Lines of NDJSON that are no JSON; ascending.
};

// Invalid: the body is no JSON, and no NDJSON.
Result<JsonList> read_list(JsonInput& in, const net::HttpRequest& request);

}  // namespace augury::api
