#include <spdlog/spdlog.h>

#include <cstdio>

#include "cli/all_commands.h"

namespace augury::cli {
namespace {

class Serve : public Command {
 public:
  Spec spec() const override {
    return {"serve", "serve apps over HTTP until asked to stop",
            "augury serve shop.yaml --data ./augury-data --listen 127.0.0.1:8080"};
  }

  void flags(Flags& flags) override {
    flags.positional("app_files", options_.app_files, "app files to serve", true);
    flags.option("--data", options_.data_folder, "the data folder; one process at a time");
    flags.option("--listen", server_.listen, "HOST:PORT or unix:PATH; may be given again (default 127.0.0.1:8080)");
    flags.option("--io-threads", server_.io_threads, "threads that read and answer requests; 0 = one per core");
    flags.option("--compute-threads", options_.compute_threads, "threads for slow models; 0 = one per core");
    flags.option("--checkpoint-every", checkpoint_every_s_, "seconds between checkpoints");
    flags.option("--checkpoint-events", options_.checkpoint_events,
                 "events between checkpoints; bounds the replay at a start");
    flags.option("--checkpoint-dirty-bytes", options_.checkpoint_dirty_bytes, "changed bytes between checkpoints");
    flags.option("--cache-bytes", options_.prediction_cache_bytes, "memory for answers already given");
  }

  int run(Context& context) override {
    context.hold_stop();
    options_.checkpoint_every = Duration{static_cast<int64_t>(checkpoint_every_s_ * 1e6)};
    if (server_.listen.empty()) server_.listen = {"127.0.0.1:8080"};
    auto engine = Engine::open(options_);
    if (!engine) return fail(engine.error());
    for (const auto& app : (*engine)->status().apps)
      spdlog::info("{}: ready at position {}", app.name, app.applied.text());
    auto server = context.start_server(**engine, server_);
    if (!server) return fail(server.error());
    // Programs that start a server read this line to learn its port.
    for (const auto& url : (*server)->urls()) std::printf("listening on %s\n", url.c_str());
    std::fflush(stdout);
    context.wait_for_stop();
    spdlog::info("stopping: finishing what was begun");
    (*server)->drain(std::chrono::seconds{10});
    server->reset();
    engine->reset();
    spdlog::info("stopped");
    return kDone;
  }

 private:
  EngineOptions options_;
  ServerOptions server_;
  double checkpoint_every_s_ = 30;
};

}  // namespace

std::unique_ptr<Command> make_serve() { return std::make_unique<Serve>(); }

}  // namespace augury::cli
