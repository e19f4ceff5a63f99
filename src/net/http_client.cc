#include "net/http_client.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "net/chunk_decoder.h"
#include "net/http_message.h"

namespace augury::net {
namespace {

constexpr size_t kReplyBytesMax = 1u << 30;

base::MonotonicTime after(std::chrono::milliseconds wait) { return base::system_monotonic_clock().now() + wait; }

// Whether the socket became ready in time.
bool wait_for(int fd, short what, base::MonotonicTime until) {
  auto left = std::chrono::ceil<std::chrono::milliseconds>(until - base::system_monotonic_clock().now());
  pollfd wait{fd, what, 0};
  return poll(&wait, 1, static_cast<int>(std::max<int64_t>(left.count(), 0))) > 0;
}

Error broken(const Address& address, std::string_view what) {
  return {Code::Unavailable, "the connection to " + address.text() + " broke: " + std::string(what)};
}

Error late(const Address& address) { return {Code::Deadline, "no answer from " + address.text() + " in time"}; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <typename Number>
bool parse_number(std::string_view text, Number& out) {
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  return problem == std::errc{} && end == text.data() + text.size();
}

Result<HttpReplyText> parse_head(std::string_view head) {
  HttpReplyText reply;
  if (!head.starts_with("HTTP/1.") || head.size() < 12 || !parse_number(head.substr(9, 3), reply.status))
    return Error{Code::Unavailable, "the server does not speak HTTP/1.1: '" + std::string(head.substr(0, 40)) + "'"};
  for (size_t at = head.find("\r\n"); at + 2 < head.size();) {
    size_t end = head.find("\r\n", at + 2);
    std::string_view line = head.substr(at + 2, end - at - 2);
    size_t colon = line.find(':');
    if (colon != std::string_view::npos)
      reply.headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
    at = end;
  }
  return reply;
}

}  // namespace

std::string_view HttpReplyText::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same_token(key, name)) return value;
  }
  return {};
}

Result<HttpClient> HttpClient::connect(std::string_view url, std::chrono::milliseconds wait) {
  AUGURY_TRY(auto address, Address::parse(url));
  AUGURY_TRY(auto socket, connect_to(address, static_cast<int>(wait.count())));
  return HttpClient(std::move(address), std::move(socket));
}

Result<void> HttpClient::reconnect_if_closed(std::chrono::milliseconds wait) {
  char byte;
  bool closed = close_after_ || !socket_.is_open() || recv(socket_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  if (!closed) return {};
  AUGURY_TRY(auto socket, connect_to(address_, static_cast<int>(wait.count())));
  socket_ = std::move(socket);
  received_.clear();
  close_after_ = false;
  return {};
}

Result<HttpReplyText> HttpClient::request(std::string_view method, std::string_view target, std::string_view body,
                                          std::string_view headers, std::chrono::milliseconds wait) {
  auto until = after(wait);
  AUGURY_TRY_VOID(reconnect_if_closed(wait));
  std::string text;
  text.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ");
  text.append(address_.unix_path.empty() ? address_.text() : "localhost").append("\r\n");
  bool has_body = !body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
  if (has_body) text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  if (has_body && headers.find("Content-Type") == std::string_view::npos)
    text.append("Content-Type: application/json\r\n");
  text.append(headers).append("\r\n").append(body);
  AUGURY_TRY_VOID(send(text, wait));
  auto left = std::chrono::ceil<std::chrono::milliseconds>(until - base::system_monotonic_clock().now());
  return receive(left, method != "HEAD");
}

Result<void> HttpClient::send(std::string_view bytes, std::chrono::milliseconds wait) {
  auto until = after(wait);
  while (!bytes.empty()) {
    ssize_t size = ::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size > 0) {
      bytes.remove_prefix(static_cast<size_t>(size));
    } else if (errno == EAGAIN) {
      if (!wait_for(socket_.fd(), POLLOUT, until)) return late(address_);
    } else if (errno == EPIPE || errno == ECONNRESET) {
      close_after_ = true;
      return {};  // The server may have refused early; its reply can still be read.
    } else if (errno != EINTR) {
      return broken(address_, std::strerror(errno));
    }
  }
  return {};
}

Result<HttpReplyText> HttpClient::receive(std::chrono::milliseconds wait, bool has_body) {
  auto until = after(wait);
  while (true) {
    auto head = read_head(until);
    if (!head) {
      close_after_ = true;
      return Error(head.error());
    }
    AUGURY_TRY(auto reply, parse_head(*head));
    if (reply.status < 200) continue;
    close_after_ = close_after_ || same_token(reply.header("connection"), "close");
    bool body_follows = has_body && reply.status != 204 && reply.status != 304;
    if (body_follows) {
      auto read = read_body(reply, until);
      if (!read) close_after_ = true;
      if (!read) return Error(read.error());
    }
    return reply;
  }
}

Result<bool> HttpClient::read_more(base::MonotonicTime until) {
  char buffer[16 << 10];
  while (true) {
    ssize_t size = recv(socket_.fd(), buffer, sizeof buffer, 0);
    if (size == 0) return false;
    if (size > 0) {
      received_.append(buffer, static_cast<size_t>(size));
      return true;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return broken(address_, std::strerror(errno));
    if (!wait_for(socket_.fd(), POLLIN, until)) return late(address_);
  }
}

Result<std::string> HttpClient::read_head(base::MonotonicTime until) {
  size_t end;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    AUGURY_TRY(bool more, read_more(until));
    if (!more) return broken(address_, "the server closed without a whole answer");
  }
  std::string head = received_.substr(0, end + 2);
  received_.erase(0, end + 4);
  return head;
}

Result<void> HttpClient::read_body(HttpReplyText& reply, base::MonotonicTime until) {
  if (same_token(reply.header("transfer-encoding"), "chunked")) return read_chunked(reply, until);
  size_t size = 0;
  bool to_the_end = reply.header("content-length").empty();
  if (!to_the_end && (!parse_number(reply.header("content-length"), size) || size > kReplyBytesMax))
    return broken(address_, "its Content-Length makes no sense");
  while (to_the_end || received_.size() < size) {
    AUGURY_TRY(bool more, read_more(until));
    if (!more && to_the_end) break;
    if (!more) return broken(address_, "the server closed within its answer");
  }
  if (to_the_end) size = received_.size();
  reply.body.assign(received_, 0, size);
  received_.erase(0, size);
  return {};
}

Result<void> HttpClient::read_chunked(HttpReplyText& reply, base::MonotonicTime until) {
  ChunkDecoder decoder(kReplyBytesMax);
  while (true) {
    std::string_view rest = received_;
    auto state = decoder.feed(rest, reply.body);
    received_.erase(0, received_.size() - rest.size());
    if (state == ChunkDecoder::State::Done) return {};
    if (state != ChunkDecoder::State::More) return broken(address_, "its chunks make no sense");
    AUGURY_TRY(bool more, read_more(until));
    if (!more) return broken(address_, "the server closed within its answer");
  }
}

void HttpClient::end_sending() { shutdown(socket_.fd(), SHUT_WR); }

bool HttpClient::at_end(std::chrono::milliseconds wait) {
  if (!received_.empty()) return false;
  auto more = read_more(after(wait));
  return more ? !*more : more.error().code == Code::Unavailable;
}

}  // namespace augury::net
