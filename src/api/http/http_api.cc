#include "api/http/http_api.h"

#include <algorithm>
#include <thread>

#include "api/http/router.h"
#include "base/clock.h"
#include "net/http_server.h"
#include "serve/blocking_resumer.h"

namespace augury::api {
namespace {

class Serving : public HttpApi {
 public:
  explicit Serving(Engine& engine) : router_(engine) {}

  Result<void> start(const HttpApiOptions& options) {
    net::HttpServerOptions server;
    server.listen = options.listen;
    server.threads = options.io_threads > 0 ? options.io_threads
                                            : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    server.connection.body_limit = [](const net::HttpRequest& head) { return body_bytes_max(head.path); };
    // Bulk bodies are held while the journal syncs.
    server.connection.held_bytes_max = 16u << 20;
    AUGURY_TRY(server_,
               net::HttpServer::start(server, [this](const net::HttpRequest& request, net::Responder responder) {
                 auto& resumer = responder.resumer();
                 router_.route(request, resumer, [responder = std::move(responder)](net::HttpReply reply) mutable {
                   responder.reply(std::move(reply));
                 });
               }));
    return {};
  }

  std::vector<std::string> urls() const override {
    std::vector<std::string> urls;
    for (const auto& address : server_->addresses()) {
      urls.push_back(address.unix_path.empty() ? "http://" + address.text() : address.text());
    }
    return urls;
  }

  void drain(Duration patience) override {
    server_->stop_accepting();
    server_->drain(std::chrono::duration_cast<std::chrono::milliseconds>(patience));
  }

 private:
  Router router_;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace

Result<std::unique_ptr<HttpApi>> HttpApi::start(Engine& engine, const HttpApiOptions& options) {
  auto serving = std::make_unique<Serving>(engine);
  AUGURY_TRY_VOID(serving->start(options));
  return std::unique_ptr<HttpApi>(std::move(serving));
}

LocalReply call(Engine& engine, std::string_view method, std::string_view target, std::string_view body) {
  // The reader of bodies may look a little beyond their end.
  std::string padded(body);
  padded.resize(body.size() + 64);
  net::HttpRequest request;
  request.method = method;
  request.path = target.substr(0, target.find('?'));
  request.query = target.size() > request.path.size() ? target.substr(request.path.size() + 1) : std::string_view();
  request.content_type = "application/json";
  request.body = std::string_view(padded).substr(0, body.size());
  LocalReply reply;
  serve::BlockingResumer here(base::system_monotonic_clock());
  Router(engine).route(request, here, [&](net::HttpReply given) {
    reply = {given.status, std::move(given.body)};
    here.finish();
  });
  here.run();
  return reply;
}

}  // namespace augury::api
