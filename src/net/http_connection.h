// HTTP/1.1 without a socket: bytes in, requests out, replies in the order of their requests.
//
//   bytes --receive--> head --> body --> on_request(request, number) ... reply(number) --> output()
//
// Requests may be pipelined, and replies given in any order and at any time; each waits for those before it. Nothing
// grows without bound: at most `in_flight_max` requests are read ahead, none while `output_bytes_max` wait to be sent
// or `held_bytes_max` of bodies wait for their replies. What arrives meanwhile stays in the socket (wants_input()).
//
// Not thread-safe: it belongs to one I/O thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/chunk_decoder.h"
#include "net/http_head.h"
#include "net/http_message.h"

namespace augury::net {

struct HttpConnectionOptions {
  HttpHeadLimits head;
  BodyLimit body_limit = [](const HttpRequest&) { return size_t{1} << 20; };
  size_t in_flight_max = 64;
  size_t output_bytes_max = 1 << 20;
  size_t held_bytes_max = 1 << 20;
};

class HttpConnection {
 public:
  using OnRequest = std::function<void(const HttpRequest& request, uint64_t number)>;
  enum class Phase { Idle, Head, Body, Answering, Done };

  // Keeps references to all three. `date_line` is "Date: ...\r\n", brought up to date by its owner.
  HttpConnection(const HttpConnectionOptions& options, const std::string& date_line, const OnRequest& on_request)
      : options_(options), date_line_(date_line), on_request_(on_request), scanner_(options.head) {}

  void receive(std::string_view bytes);
  void input_ended();  // The peer will send no more; it may still be reading.

  // The answer to request `number`. One that is not waiting is ignored.
  void reply(uint64_t number, HttpReply reply);

  // Bytes to send next, and how many of them were sent.
  std::string_view output() const { return std::string_view(output_).substr(sent_); }
  void sent(size_t bytes);

  bool wants_input() const { return !stopped_ && !input_ended_ && !paused(); }
  Phase phase() const;
  bool is_finished() const { return stopped_ && in_flight_.empty() && output().empty(); }
  uint64_t requests() const { return next_number_; }

  // The peer is too slow: answers 408 behind whatever is in flight, then finishes. Without a request begun, just
  // finishes.
  void time_out();
  // Finishes after the requests that have arrived (the body of the one being read included).
  void drain();

 private:
  // Holds a request until its reply is written, so that its views stay valid.
  struct Exchange {
    std::string head_bytes;
    std::string body;
    HttpHead head;
    std::optional<HttpReply> reply;
  };

  size_t consume(std::string_view bytes);
  size_t consume_head(std::string_view bytes);
  size_t consume_body(std::string_view bytes);
  void start_body(std::unique_ptr<Exchange> exchange);
  void dispatch(std::unique_ptr<Exchange> exchange);
  void refuse(const HttpRefusal& refusal);
  void stop();
  void settle();
  void say_continue();
  void write_ready_replies();
  void write(const Exchange& exchange, bool last);
  bool paused() const;
  std::unique_ptr<Exchange> take_exchange();
  void give_back(std::unique_ptr<Exchange> exchange);

  const HttpConnectionOptions& options_;
  const std::string& date_line_;
  const OnRequest& on_request_;

  std::string pending_;  // Received and not consumed: the begin of a head, or requests read ahead while paused.
  HttpHeadScanner scanner_;
  bool blank_line_skipped_ = false;

  std::unique_ptr<Exchange> reading_;  // Its head is there, its body is not.
  std::optional<ChunkDecoder> chunks_;
  bool owes_continue_ = false;

  // Request number i is in_flight_[i - (next_number_ - in_flight_.size())].
  std::vector<std::unique_ptr<Exchange>> in_flight_;
  std::vector<std::unique_ptr<Exchange>> spare_;
  uint64_t next_number_ = 0;
  size_t held_bytes_ = 0;  // Of the bodies in flight.

  std::string output_;
  size_t sent_ = 0;
  bool consuming_ = false;
  bool input_ended_ = false;
  bool draining_ = false;
  bool stopped_ = false;  // No further request will be read.
};

}  // namespace augury::net
