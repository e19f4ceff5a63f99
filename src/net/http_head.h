// Reads a request's head, and refuses every one that two servers could read in two ways.
//
// Beast's parser does the grammar; what it lets pass and RFC 9112 does not (folded lines, two framings at once, no
// Host) is refused here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.h"

namespace augury::net {

struct HttpHeadLimits {
  size_t bytes_max = 16 << 10;        // More: 431.
  size_t request_line_max = 8 << 10;  // More: 414.
  int fields_max = 100;               // More: 431.
};

// Why a request is refused; `status` 0: it is not.
struct HttpRefusal {
  int status = 0;
  std::string_view code;
  std::string_view message;
  explicit operator bool() const { return status != 0; }
};

// Finds the end of a head that arrives in pieces, each byte looked at once. The result does not depend on the pieces.
// Not thread-safe.
class HttpHeadScanner {
 public:
  explicit HttpHeadScanner(const HttpHeadLimits& limits) : limits_(limits) {}

  // `bytes` starts where the head starts and only grows between calls. 0: not there yet, or refused.
  size_t end_of_head(std::string_view bytes, HttpRefusal& refusal);
  void restart() { line_start_ = 0, lines_ = 0, searched_ = 0; }

 private:
  HttpRefusal check_line(std::string_view line) const;
  HttpRefusal check_length(size_t end) const;

  HttpHeadLimits limits_;
  size_t line_start_ = 0;
  size_t searched_ = 0;  // No LF in [line_start_, searched_).
  int lines_ = 0;
};

// A head, read. The views of `request` point into the bytes that were read; `fields` holds them.
struct HttpHead {
  HttpRequest request;
  std::vector<HttpField> fields;
  uint64_t body_bytes = 0;
  bool chunked = false;
  bool keep_alive = true;
  bool old_version = false;  // HTTP/1.0.
  bool expects_continue = false;
};

// `bytes` is one whole head, ended by an empty line, as HttpHeadScanner found it; it must outlive `head`.
HttpRefusal read_head(std::string_view bytes, HttpHead& head);

}  // namespace augury::net
