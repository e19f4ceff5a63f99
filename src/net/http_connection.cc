#include "net/http_connection.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"

namespace augury::net {
namespace {

constexpr size_t kKeptBytes = 16 << 10;  // Buffers that grew beyond are given back.
constexpr size_t kBodyPadding = 64;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Status";
  }
}

void append_number(std::string& out, size_t number) {
  char digits[20];
  auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

bool has_no_body(int status) { return status == 204 || status == 304; }

void shrink(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKeptBytes) std::string().swap(buffer);
}

}  // namespace

bool HttpConnection::paused() const {
  return !reading_ && (in_flight_.size() >= options_.in_flight_max || output().size() >= options_.output_bytes_max ||
                       held_bytes_ >= options_.held_bytes_max);
}

void HttpConnection::receive(std::string_view bytes) {
  if (stopped_) return;
  if (pending_.empty()) {
    size_t used = consume(bytes);
    if (!stopped_) pending_.assign(bytes.substr(used));
  } else {
    pending_.append(bytes);
  }
  settle();
}

void HttpConnection::input_ended() {
  input_ended_ = true;
  settle();
}

// Goes on with what is pending, as far as it can.
void HttpConnection::settle() {
  if (consuming_) return;
  if (!pending_.empty() && !stopped_) {
    size_t used = consume(pending_);
    pending_.erase(0, used);
  }
  if (!stopped_ && input_ended_ && !paused()) stop();
  if (!stopped_ && draining_ && !reading_) stop();
  if (stopped_) shrink(pending_);
  say_continue();
}

void HttpConnection::stop() {
  stopped_ = true;
  reading_.reset();
}

size_t HttpConnection::consume(std::string_view bytes) {
  consuming_ = true;
  size_t used = 0;
  while (!stopped_ && !paused() && used < bytes.size()) {
    size_t step = reading_ ? consume_body(bytes.substr(used)) : consume_head(bytes.substr(used));
    if (step == 0) break;
    used += step;
  }
  consuming_ = false;
  return stopped_ ? bytes.size() : used;
}

size_t HttpConnection::consume_head(std::string_view bytes) {
  if (draining_) return 0;
  if (bytes == "\r" && !blank_line_skipped_) return 0;
  if (bytes.starts_with("\r\n") && !blank_line_skipped_) {  // Some clients end a body with a line of their own.
    blank_line_skipped_ = true;
    return 2;
  }
  HttpRefusal refusal;
  size_t end = scanner_.end_of_head(bytes, refusal);
  if (!refusal && end == 0) return 0;
  scanner_.restart();
  blank_line_skipped_ = false;
  if (!refusal) {
    auto exchange = take_exchange();
    exchange->head_bytes.assign(bytes.substr(0, end));
    refusal = read_head(exchange->head_bytes, exchange->head);
    if (!refusal) start_body(std::move(exchange));
  }
  if (refusal) refuse(refusal);
  return end == 0 ? bytes.size() : end;
}

void HttpConnection::start_body(std::unique_ptr<Exchange> exchange) {
  const auto& head = exchange->head;
  if (head.body_bytes == 0 && !head.chunked) return dispatch(std::move(exchange));
  size_t limit = options_.body_limit(head.request);
  if (head.body_bytes > limit) return refuse({413, "BODY_TOO_LARGE", "the body is over this path's limit"});
  if (head.chunked) chunks_.emplace(limit);
  owes_continue_ = head.expects_continue;
  exchange->body.reserve(std::min<size_t>(head.body_bytes, kKeptBytes) + kBodyPadding);
  reading_ = std::move(exchange);
}

size_t HttpConnection::consume_body(std::string_view bytes) {
  owes_continue_ = false;
  if (!chunks_) {
    size_t missing = reading_->head.body_bytes - reading_->body.size();
    size_t step = std::min(missing, bytes.size());
    reading_->body.append(bytes.substr(0, step));
    if (step == missing) dispatch(std::move(reading_));
    return step;
  }
  std::string_view rest = bytes;
  auto state = chunks_->feed(rest, reading_->body);
  if (state == ChunkDecoder::State::More) return bytes.size();
  chunks_.reset();
  auto exchange = std::move(reading_);
  if (state == ChunkDecoder::State::Malformed)
    refuse({400, "MALFORMED_REQUEST", "the chunked body is malformed"});
  else if (state == ChunkDecoder::State::TooLong)
    refuse({413, "BODY_TOO_LARGE", "the body is over this path's limit"});
  else
    dispatch(std::move(exchange));
  return bytes.size() - rest.size();
}

void HttpConnection::dispatch(std::unique_ptr<Exchange> exchange) {
  exchange->body.reserve(exchange->body.size() + kBodyPadding);
  exchange->head.request.body = exchange->body;
  held_bytes_ += exchange->body.size();
  const Exchange& kept = *in_flight_.emplace_back(std::move(exchange));
  bool last = !kept.head.keep_alive;
  uint64_t number = next_number_++;
  on_request_(kept.head.request, number);
  if (last) stop();
}

void HttpConnection::refuse(const HttpRefusal& refusal) {
  auto exchange = take_exchange();
  exchange->head.keep_alive = false;
  exchange->reply = plain_error(refusal.status, refusal.code, refusal.message);
  in_flight_.push_back(std::move(exchange));
  ++next_number_;
  stop();
  write_ready_replies();
}

// The client of the request being read waits for this before it sends the body; it stands behind earlier replies.
void HttpConnection::say_continue() {
  if (!owes_continue_ || !reading_ || !in_flight_.empty()) return;
  owes_continue_ = false;
  output_.append(kContinue);
}

void HttpConnection::reply(uint64_t number, HttpReply reply) {
  uint64_t first = next_number_ - in_flight_.size();
  if (number < first || number - first >= in_flight_.size()) return;
  auto& exchange = *in_flight_[number - first];
  if (exchange.reply) return;
  exchange.reply = std::move(reply);
  write_ready_replies();
  settle();
}

void HttpConnection::write_ready_replies() {
  while (!in_flight_.empty() && in_flight_.front()->reply) {
    auto exchange = std::move(in_flight_.front());
    in_flight_.erase(in_flight_.begin());
    bool last = !exchange->head.keep_alive || (in_flight_.empty() && !reading_ && draining_);
    write(*exchange, last);
    if (last) stop();
    held_bytes_ -= exchange->body.size();
    give_back(std::move(exchange));
  }
}

void HttpConnection::write(const Exchange& exchange, bool last) {
  const HttpReply& reply = *exchange.reply;
  AUGURY_DCHECK(reply.extra_headers.empty() || reply.extra_headers.ends_with("\r\n"));
  output_.append("HTTP/1.1 ");
  append_number(output_, static_cast<size_t>(reply.status));
  output_.append(" ").append(reason(reply.status)).append("\r\n").append(date_line_);
  if (!has_no_body(reply.status)) {
    if (!reply.content_type.empty()) output_.append("Content-Type: ").append(reply.content_type).append("\r\n");
    output_.append("Content-Length: ");
    append_number(output_, reply.body.size());
    output_.append("\r\n");
  }
  if (last)
    output_.append("Connection: close\r\n");
  else if (exchange.head.old_version)
    output_.append("Connection: keep-alive\r\n");
  output_.append(reply.extra_headers).append("\r\n");
  if (!has_no_body(reply.status) && exchange.head.request.method != "HEAD") output_.append(reply.body);
}

void HttpConnection::sent(size_t bytes) {
  sent_ += bytes;
  if (sent_ == output_.size()) {
    shrink(output_);
    sent_ = 0;
  } else if (sent_ > options_.output_bytes_max) {
    output_.erase(0, sent_);
    sent_ = 0;
  }
  settle();
}

HttpConnection::Phase HttpConnection::phase() const {
  if (is_finished()) return Phase::Done;
  if (reading_) return Phase::Body;
  if (!in_flight_.empty() || paused() || stopped_) return Phase::Answering;
  return pending_.empty() ? Phase::Idle : Phase::Head;
}

void HttpConnection::time_out() {
  if (stopped_) return;
  if (reading_ || !pending_.empty())
    refuse({408, "REQUEST_TIMEOUT", "the request took too long to arrive"});
  else
    stop();
  shrink(pending_);
}

void HttpConnection::drain() {
  draining_ = true;
  settle();
}

std::unique_ptr<HttpConnection::Exchange> HttpConnection::take_exchange() {
  if (spare_.empty()) return std::make_unique<Exchange>();
  auto exchange = std::move(spare_.back());
  spare_.pop_back();
  auto fields = std::move(exchange->head.fields);
  exchange->head = {};
  exchange->head.fields = std::move(fields);
  exchange->body.clear();
  exchange->reply.reset();
  return exchange;
}

// Cleared when taken again: the views of its request stay valid until then.
void HttpConnection::give_back(std::unique_ptr<Exchange> exchange) {
  constexpr size_t kSpareMax = 4;
  if (!consuming_ && exchange->body.capacity() > kKeptBytes) return;
  if (spare_.size() < kSpareMax) spare_.push_back(std::move(exchange));
}

}  // namespace augury::net
