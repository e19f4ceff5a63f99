// The one table from error codes to HTTP, and the JSON shape of every error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"
#include "net/http_message.h"
#include "wire/json_writer.h"

namespace augury::api {

int http_status(Code code);

// One thing wrong with a request: where, and what was expected.
struct Detail {
  std::string path;  // "context.location.lat"
  std::string message;
};

// {"error": {"code", "message", "details"?}}. 503 and 507 carry Retry-After.
net::HttpReply error_reply(const Error& error, const std::vector<Detail>& details = {});
net::HttpReply error_reply(int status, std::string_view code, std::string_view message);

// The same object within a reply of many.
void write_error(wire::JsonWriter& json, const Error& error, const std::vector<Detail>& details = {});

net::HttpReply json_reply(std::string body, int status = 200);

}  // namespace augury::api
