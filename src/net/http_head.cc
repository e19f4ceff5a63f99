#include "net/http_head.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <charconv>
#include <cstring>

namespace augury::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::string_view kMalformed = "MALFORMED_REQUEST";

HttpRefusal malformed(std::string_view message) { return {400, kMalformed, message}; }

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// Only the head is given to it; bodies are ours.
class HeadParser final : public http::basic_parser<true> {
 public:
  explicit HeadParser(HttpHead& head) : head_(head) {
    body_limit(boost::none);
    header_limit(1u << 20);
  }

  std::string_view target;
  int version = 11;

 private:
  void on_request_impl(http::verb, beast::string_view method, beast::string_view asked, int number,
                       beast::error_code&) override {
    head_.request.method = view(method);
    target = view(asked);
    version = number;
  }
  void on_field_impl(http::field, beast::string_view name, beast::string_view value, beast::error_code&) override {
    head_.fields.push_back({view(name), view(value)});
  }
  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
  void on_header_impl(beast::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
  std::size_t on_body_impl(beast::string_view, beast::error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, beast::error_code&) override { return 0; }
  void on_finish_impl(beast::error_code&) override {}

  HttpHead& head_;
};

// "HTTP/2.0" is a version we do not speak; "HTTX/1.1" is not one.
bool is_other_version(std::string_view bytes) {
  std::string_view line = bytes.substr(0, bytes.find('\r'));
  if (line.size() < 9) return false;
  std::string_view end = line.substr(line.size() - 9);
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return end.starts_with(" HTTP/") && digit(end[6]) && end[7] == '.' && digit(end[8]) && end != " HTTP/1.0" &&
         end != " HTTP/1.1";
}

HttpRefusal read_target(std::string_view target, HttpHead& head) {
  if (head.request.method == "CONNECT") return {501, "NOT_IMPLEMENTED", "CONNECT is not served"};
  if (target.starts_with("http://") || target.starts_with("https://")) {
    size_t authority = target.find("//") + 2;
    size_t path = target.find_first_of("/?", authority);
    if (path == authority || authority == target.size()) return malformed("the target has no host");
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  bool star = target == "*" && head.request.method == "OPTIONS";
  if (!star && !target.starts_with('/')) return malformed("the target must start with '/'");
  if (target.find('#') != std::string_view::npos) return malformed("the target must not hold a '#'");
  size_t question = target.find('?');
  head.request.path = target.substr(0, question);
  head.request.query = question == std::string_view::npos ? "" : target.substr(question + 1);
  return {};
}

bool is_host(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    return letter || (c >= '0' && c <= '9') || (c != 0 && std::strchr("-._~!$&'()*+,;=%[]:", c) != nullptr);
  });
}

// Whether the comma-separated list holds the token.
bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    std::string_view one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), one.size() + 1));
    while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
    while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
    if (same_token(one, token)) return true;
  }
  return false;
}

HttpRefusal read_length(std::string_view value, HttpHead& head) {
  auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), head.body_bytes);
  bool plain = !value.empty() && value.front() != '-' && problem == std::errc{} && end == value.data() + value.size();
  return plain ? HttpRefusal{} : malformed("Content-Length must be one plain number");
}

struct FieldCounts {
  int hosts = 0;
  int lengths = 0;
  int codings = 0;
};

HttpRefusal read_field(const HttpField& field, HttpHead& head, FieldCounts& counts) {
  auto [name, value] = field;
  if (same_token(name, "host")) {
    if (++counts.hosts > 1) return malformed("Host must be given once");
    if (!is_host(value)) return malformed("Host is not a host name");
  } else if (same_token(name, "content-length")) {
    if (++counts.lengths > 1) return malformed("Content-Length must be given once");
    return read_length(value, head);
  } else if (same_token(name, "transfer-encoding")) {
    if (++counts.codings > 1) return malformed("Transfer-Encoding must be given once");
    head.chunked = same_token(value, "chunked");
  } else if (same_token(name, "connection")) {
    if (has_token(value, "close")) head.keep_alive = false;
    if (head.old_version && has_token(value, "keep-alive")) head.keep_alive = true;
  } else if (same_token(name, "expect")) {
    if (!same_token(value, "100-continue")) return {417, "EXPECTATION_FAILED", "Expect may only say 100-continue"};
    head.expects_continue = true;
  } else if (same_token(name, "content-type")) {
    head.request.content_type = value;
  }
  return {};
}

HttpRefusal read_fields(HttpHead& head) {
  FieldCounts counts;
  head.keep_alive = !head.old_version;
  // Framing first: a head that is ambiguous is refused as such, whatever else is wrong with it.
  for (const auto& field : head.fields) {
    if (auto refusal = read_field(field, head, counts)) return refusal;
  }
  if (counts.codings > 0 && counts.lengths > 0)
    return malformed("Transfer-Encoding and Content-Length exclude each other");
  if (counts.codings > 0 && head.old_version) return malformed("HTTP/1.0 has no Transfer-Encoding");
  if (counts.codings > 0 && !head.chunked)
    return {501, "NOT_IMPLEMENTED", "the only Transfer-Encoding served is chunked"};
  if (counts.hosts == 0 && !head.old_version) return malformed("HTTP/1.1 wants a Host");
  if (head.old_version) head.expects_continue = false;
  return {};
}

bool has_control(std::string_view line) {
  bool found = false;
  for (char c : line) {
    auto byte = static_cast<unsigned char>(c);
    found |= (byte < 0x20 && byte != '\t') | (byte == 0x7f);
  }
  return found;
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  for (const auto& field : fields) {
    if (same_token(field.name, name)) return field.value;
  }
  return {};
}

bool same_token(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

HttpReply plain_error(int status, std::string_view code, std::string_view message) {
  HttpReply reply;
  reply.status = status;
  reply.body.append(R"({"error":{"code":")").append(code).append(R"(","message":")").append(message).append("\"}}");
  return reply;
}

HttpRefusal HttpHeadScanner::check_line(std::string_view line) const {
  if (line.empty() || line.back() != '\r') return malformed("a line of the head ends without CR");
  line.remove_suffix(1);
  if (has_control(line)) return malformed("control characters are not allowed in the head");
  if (!line.empty() && (line.front() == ' ' || line.front() == '\t'))
    return malformed("a line of the head starts with a blank (folding is obsolete)");
  return {};
}

HttpRefusal HttpHeadScanner::check_length(size_t end) const {
  if (lines_ == 0 && end > limits_.request_line_max) return {414, "TARGET_TOO_LONG", "the request line is over 8 KiB"};
  if (end > limits_.bytes_max) return {431, "HEADERS_TOO_LARGE", "the head is over 16 KiB"};
  return {};
}

size_t HttpHeadScanner::end_of_head(std::string_view bytes, HttpRefusal& refusal) {
  while (true) {
    size_t lf = bytes.find('\n', std::max(searched_, line_start_));
    searched_ = std::min(lf, bytes.size());
    refusal = check_length(searched_);
    if (refusal || lf == std::string_view::npos) return 0;
    std::string_view line = bytes.substr(line_start_, lf - line_start_);
    refusal = check_line(line);
    if (refusal) return 0;
    if (line.size() == 1) {
      if (lines_ == 0) refusal = malformed("a request starts with its request line");
      return lines_ == 0 ? 0 : lf + 1;
    }
    if (lines_++ > limits_.fields_max) {
      refusal = {431, "HEADERS_TOO_LARGE", "too many header fields"};
      return 0;
    }
    line_start_ = lf + 1;
  }
}

HttpRefusal read_head(std::string_view bytes, HttpHead& head) {
  head.fields.clear();
  if (is_other_version(bytes)) return {505, "VERSION_NOT_SUPPORTED", "HTTP/1.0 and HTTP/1.1 are served"};
  HeadParser parser(head);
  beast::error_code problem;
  parser.put(boost::asio::buffer(bytes.data(), bytes.size()), problem);
  // Beast's own judgement of the framing fields is less strict than ours, but what it refuses is refused.
  if (problem == http::error::body_limit || problem == http::error::need_more) problem = {};
  if (problem) return malformed("the request is not HTTP/1.1");
  head.old_version = parser.version == 10;
  if (auto refusal = read_fields(head)) return refusal;
  head.request.fields = head.fields;
  return read_target(parser.target, head);
}

}  // namespace augury::net
