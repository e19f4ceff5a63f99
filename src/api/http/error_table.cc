#include "api/http/error_table.h"

#include "wire/json_writer.h"

namespace augury::api {
namespace {

struct Row {
  Code code;
  int status;
  std::string_view name;
};

constexpr Row kTable[] = {
    {Code::Invalid, 400, "INVALID_REQUEST"},    {Code::NotFound, 404, "NOT_FOUND"},
    {Code::Conflict, 409, "CONFLICT"},          {Code::Exhausted, 507, "OUT_OF_SPACE"},
    {Code::Deadline, 503, "DEADLINE_EXCEEDED"}, {Code::Unavailable, 503, "UNAVAILABLE"},
    {Code::Corrupt, 500, "CORRUPT_DATA"},
};

const Row& row(Code code) {
  for (const auto& each : kTable) {
    if (each.code == code) return each;
  }
  return kTable[5];
}

void write_body(wire::JsonWriter& json, std::string_view code, std::string_view message,
                const std::vector<Detail>& details) {
  json.begin_object();
  json.key("error");
  json.begin_object();
  json.member("code", code);
  json.member("message", message);
  if (!details.empty()) {
    json.key("details");
    json.begin_array();
    for (const auto& detail : details) {
      json.begin_object();
      json.member("path", detail.path);
      json.member("message", detail.message);
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
  json.end_object();
}

net::HttpReply error_body(int status, std::string_view code, std::string_view message,
                          const std::vector<Detail>& details) {
  std::string body;
  wire::JsonWriter json(body);
  write_body(json, code, message, details);
  auto reply = json_reply(std::move(body), status);
  if (status == 503 || status == 507 || status == 429) reply.extra_headers += "Retry-After: 1\r\n";
  return reply;
}

}  // namespace

int http_status(Code code) { return row(code).status; }

void write_error(wire::JsonWriter& json, const Error& error, const std::vector<Detail>& details) {
  write_body(json, row(error.code).name, error.message, details);
}

net::HttpReply json_reply(std::string body, int status) {
  net::HttpReply reply;
  reply.status = status;
  reply.content_type = "application/json";
  reply.body = std::move(body);
  return reply;
}

net::HttpReply error_reply(const Error& error, const std::vector<Detail>& details) {
  const auto& entry = row(error.code);
  return error_body(entry.status, entry.name, error.message, details);
}

net::HttpReply error_reply(int status, std::string_view code, std::string_view message) {
  return error_body(status, code, message, {});
}

}  // namespace augury::api
