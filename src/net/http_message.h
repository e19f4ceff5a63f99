// What was asked and what is answered, once the framing is done.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace augury::net {

struct HttpField {
  std::string_view name;
  std::string_view value;
};

// Views into the connection's buffers: valid until the reply is given, and at least until the handler returns.
struct HttpRequest {
  std::string_view method;  // As sent; methods are case-sensitive.
  std::string_view path;    // Up to '?'; not percent-decoded.
  std::string_view query;   // Behind '?'; not percent-decoded.
  std::string_view content_type;
  std::span<const HttpField> fields;
  // 64 more bytes may be read behind it (their content means nothing): parsers that read in blocks need no copy.
  std::string_view body;

  // The first field of that name, whatever its case; empty if there is none.
  std::string_view header(std::string_view name) const;
};

struct HttpReply {
  int status = 200;
  std::string_view content_type = "application/json";  // Must live for ever: a literal.
  std::string extra_headers = {};                      // Whole lines, each ended by "\r\n".
  std::string body = {};
};

// The most body bytes a request may have; asked once its head is there.
using BodyLimit = std::function<size_t(const HttpRequest& head)>;

// {"error":{"code":...,"message":...}}: the body of every error. `message` must need no escaping.
HttpReply plain_error(int status, std::string_view code, std::string_view message);

// Whether two header names or tokens are the same but for the case of their letters.
bool same_token(std::string_view a, std::string_view b);

}  // namespace augury::net
