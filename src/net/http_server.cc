#include "net/http_server.h"

#include <unistd.h>

#include <algorithm>
#include <thread>

#include "net/io_thread.h"

namespace augury::net {

Result<void> HttpServerOptions::validate() const {
  if (listen.empty()) return Error{Code::Invalid, "a server listens on at least one address"};
  if (threads < 1 || threads > 256) return Error{Code::Invalid, "the I/O threads must be 1 to 256"};
  if (connections_max < 1 || connection.in_flight_max < 1 || tick < std::chrono::milliseconds{1})
    return Error{Code::Invalid, "connections, requests in flight and the tick must be at least 1"};
  return {};
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpServerOptions& options, HttpService service,
                                                      const base::WallClock& wall, const base::MonotonicClock& clock) {
  AUGURY_TRY_VOID(options.validate());
  std::unique_ptr<HttpServer> server(new HttpServer);
  AUGURY_TRY_VOID(server->open(options, std::move(service), wall, clock));
  return server;
}

Result<void> HttpServer::open(const HttpServerOptions& options, HttpService service, const base::WallClock& wall,
                              const base::MonotonicClock& clock) {
  options_ = options;
  service_ = std::move(service);
  std::vector<std::vector<Socket>> listeners(static_cast<size_t>(options.threads));
  for (const auto& text : options.listen) {
    AUGURY_TRY(auto address, Address::parse(text));
    for (size_t i = 0; i < listeners.size(); ++i) {
      bool shared = i > 0 && !address.unix_path.empty();  // Unix sockets have no SO_REUSEPORT: one queue for all.
      if (shared) {
        listeners[i].emplace_back(dup(listeners[0].back().fd()));
        continue;
      }
      AUGURY_TRY(auto socket, listen_on(address, i == 0));
      listeners[i].push_back(std::move(socket));
    }
    addresses_.push_back(address);
  }
  for (auto& sockets : listeners)
    threads_.push_back(std::make_shared<IoThread>(*this, std::move(sockets), wall, clock));
  for (auto& thread : threads_) thread->start();
  return {};
}

HttpServer::~HttpServer() { drain(std::chrono::milliseconds{0}); }

void HttpServer::stop_accepting() {
  for (auto& thread : threads_) thread->stop_accepting();
  for (const auto& address : addresses_) {
    if (!address.unix_path.empty() && !threads_.empty()) unlink(address.unix_path.c_str());
  }
}

bool HttpServer::drain(std::chrono::milliseconds wait) {
  stop_accepting();
  for (auto& thread : threads_) thread->drain();
  auto drained = [&] {
    return std::all_of(threads_.begin(), threads_.end(), [](const auto& thread) { return thread->is_drained(); });
  };
  // Polled: draining happens once, and a millisecond more does not matter.
  constexpr std::chrono::milliseconds kPoll{1};
  for (auto waited = kPoll; !drained() && waited <= wait; waited += kPoll) std::this_thread::sleep_for(kPoll);
  bool clean = drained();
  for (auto& thread : threads_) thread->join();
  threads_.clear();
  return clean;
}

HttpServerStatus HttpServer::status() const {
  return {counters_.connections, counters_.accepted, counters_.refused, counters_.requests};
}

}  // namespace augury::net
