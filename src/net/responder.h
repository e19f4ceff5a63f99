// The right, and the duty, to answer one request.
//
// It may be kept and used later, from any thread; when the connection has gone meanwhile, the reply is dropped. A
// responder that is destroyed without a reply answers 500, so that no client waits for ever.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "augury/engine.h"
#include "net/http_message.h"

namespace augury::net {

// Where a reply goes: `connection` and `request` are whatever the sink gave to the Responder.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  virtual void reply(uint64_t connection, uint64_t request, HttpReply reply) = 0;  // From any thread.
  virtual Resumer& resumer() = 0;
};

// Movable; one thread at a time.
class Responder {
 public:
  Responder(std::shared_ptr<ReplySink> sink, uint64_t connection, uint64_t request)
      : sink_(std::move(sink)), connection_(connection), request_(request) {}
  Responder(Responder&&) = default;
  Responder& operator=(Responder&& other) noexcept {
    std::swap(sink_, other.sink_);
    std::swap(connection_, other.connection_);
    std::swap(request_, other.request_);
    return *this;
  }
  ~Responder() {
    if (sink_) reply(plain_error(500, "NO_REPLY", "the server gave no answer to this request"));
  }

  // Once.
  void reply(HttpReply reply) { std::exchange(sink_, nullptr)->reply(connection_, request_, std::move(reply)); }

  // Continues on the I/O thread that read the request. Lives at least as long as the server; before reply() only.
  Resumer& resumer() const { return sink_->resumer(); }

 private:
  std::shared_ptr<ReplySink> sink_;
  uint64_t connection_;
  uint64_t request_;
};

}  // namespace augury::net
