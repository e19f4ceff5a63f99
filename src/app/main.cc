#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <unistd.h>
#include <climits>

#include "api/http/http_api.h"
#include "app/stop_signal.h"
#include "cli/command.h"

namespace augury {
namespace {

class HttpServerOfApp : public cli::Server {
 public:
  explicit HttpServerOfApp(std::unique_ptr<api::HttpApi> http) : http_(std::move(http)) {}
  std::vector<std::string> urls() const override { return http_->urls(); }
  void drain(Duration patience) override { http_->drain(patience); }

 private:
  std::unique_ptr<api::HttpApi> http_;
};

Result<std::unique_ptr<cli::Server>> start_server(Engine& engine, const cli::ServerOptions& options) {
  AUGURY_TRY(auto http, api::HttpApi::start(engine, {.listen = options.listen, .io_threads = options.io_threads}));
  return std::unique_ptr<cli::Server>(std::make_unique<HttpServerOfApp>(std::move(http)));
}

cli::Reply call(Engine& engine, std::string_view method, std::string_view target, std::string_view body) {
  auto reply = api::call(engine, method, target, body);
  return {reply.status, std::move(reply.body)};
}

std::string own_path() {
  char path[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path);
  return n > 0 ? std::string(path, static_cast<size_t>(n)) : "augury";
}

// Standard output is for results; everything said along the way goes to standard error.
void log_to_stderr() {
  auto logger = std::make_shared<spdlog::logger>("augury", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace
}  // namespace augury

int main(int argc, char** argv) {
  augury::log_to_stderr();
  augury::app::StopSignal stop;
  augury::cli::Context context{.start_server = augury::start_server,
                               .call = augury::call,
                               .hold_stop = [&stop] { stop.hold(); },
                               .wait_for_stop = [&stop] { stop.wait(); },
                               .program = augury::own_path()};
  return augury::cli::run_command_line(argc, argv, context);
}
