#include "system/gates.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "cli/demo/server_process.h"
#include "definition/parse.h"
#include "net/http_client.h"
#include "system/machine.h"
#include "system/workload.h"
#include "wire/json_reader.h"

namespace augury::bench {
namespace {

using cli::demo::ServerProcess;

double now_seconds() {
  return std::chrono::duration<double>(base::system_monotonic_clock().now().time_since_epoch()).count();
}

void row(std::string_view gate, const std::string& found, std::string_view target) {
  fmt::print("| {:<62} | {:>34} | {:>14} |\n", gate, found, target);
  std::fflush(stdout);
}

double quantile(std::vector<double>& values, double q) {
  std::ranges::sort(values);
  return values.empty()
             ? 0
             : values[std::min(values.size() - 1, static_cast<size_t>(q * static_cast<double>(values.size())))];
}

Result<void> post(net::HttpClient& client, std::string_view path, std::string_view body) {
  AUGURY_TRY(auto reply, client.request("POST", path, body));
  if (reply.status != 200) return Error{Code::Unavailable, fmt::format("{}: {} {}", path, reply.status, reply.body)};
  return {};
}

// Sends all bodies over `connections` connections at once; seconds taken.
Result<double> send_all(const std::string& url, const std::vector<std::string>& bodies, int connections) {
  std::atomic<size_t> next{0};
  std::atomic<bool> failed{false};
  double begun = now_seconds();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < connections; ++i) {
      threads.emplace_back([&] {
        auto client = net::HttpClient::connect(url);
        for (size_t at; client && (at = next++) < bodies.size();) {
          if (!post(*client, "/v1/events", bodies[at])) failed = true;
        }
        if (!client) failed = true;
      });
    }
  }
  if (failed) return Error{Code::Unavailable, "events were not taken"};
  return now_seconds() - begun;
}

class Gates {
 public:
  explicit Gates(const GateOptions& options) : options_(options), app_file_(options.folder + "/app.yaml") {}

  Result<void> run() {
    AUGURY_TRY_VOID(prepare());
    fmt::print("| {:<62} | {:>34} | {:>14} |\n|---|---:|---:|\n", "gate", "measured", "target");
    AUGURY_TRY_VOID(ingest());
    AUGURY_TRY_VOID(replay());
    AUGURY_TRY_VOID(ready_after_kill());
    return answers();
  }

 private:
  // The app with a model over all its number features, ranking one placement.
  Result<void> prepare() {
    std::filesystem::create_directories(options_.folder);
    std::ifstream in(options_.app);
    std::string text((std::istreambuf_iterator<char>(in)), {});
    AUGURY_TRY(auto app, definition::load_app(options_.app));
    std::vector<std::string> inputs;
    for (const auto& feature : app.features) {
      if (!feature.hidden && feature.type == definition::Type::Number) inputs.push_back(feature.name);
    }
    std::ofstream(options_.folder + "/model.txt") << random_model(1, inputs, 100, 64);
    text = text.substr(0, text.find("\nplacements:"));
    std::ofstream(app_file_) << text << "\nmodels:\n  ranker: {file: model.txt}\nplacements:\n  home:\n"
                             << "    score: {members: {ranker: 1}}\n    cache: {ttl: 1ms}\n";
    return {};
  }

  Result<ServerProcess> start(const std::string& data, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{app_file_, "--data", options_.folder + "/" + data, "--listen", "127.0.0.1:0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ServerProcess::start(options_.program, arguments, options_.folder + "/server.log");
  }

  Result<void> ingest() {
    for (auto [batch, count] : {std::pair<size_t, size_t>{500, options_.events}, {50, 200'000}, {1, 20'000}}) {
      AUGURY_TRY(auto server, start(fmt::format("ingest-{}", batch)));
      auto bodies = event_bodies(batch, fmt::format("b{}-", batch), count, batch);
      double server_cpu = cpu_seconds_of(server.pid()), client_cpu = own_cpu_seconds();
      AUGURY_TRY(double seconds, send_all(server.url(), bodies, batch == 1 ? 16 : 4));
      server_cpu = cpu_seconds_of(server.pid()) - server_cpu;
      client_cpu = own_cpu_seconds() - client_cpu;
      auto events = static_cast<double>(count);
      row(fmt::format("durable ingest, ack=fsync, batches of {}: events/s", batch),
          fmt::format("{:.0f}", events / seconds), batch == 500 ? ">= 100000" : "");
      row("  server CPU us per event; client CPU us per event",
          fmt::format("{:.2f}; {:.2f}", server_cpu / events * 1e6, client_cpu / events * 1e6), "");
      server.stop();
    }
    return {};
  }

  // No checkpoint while the events come, then a start that has to replay them all.
  Result<void> replay() {
    std::vector<std::string> none{"--checkpoint-events",      "1000000000",  "--checkpoint-every", "100000",
                                  "--checkpoint-dirty-bytes", "100000000000"};
    AUGURY_TRY(auto server, start("replay", none));
    AUGURY_TRY(auto sent, send_all(server.url(), event_bodies(9, "r-", options_.events, 500), 4));
    (void)sent;
    server.kill_now();
    double begun = now_seconds();
    AUGURY_TRY(auto again, start("replay", none));
    double seconds = now_seconds() - begun;
    row("replay into features, start included: events/s",
        fmt::format("{:.0f} ({:.2f} s)", static_cast<double>(options_.events) / seconds, seconds), ">= 500000");
    again.stop();
    return {};
  }

  Result<void> ready_after_kill() {
    AUGURY_TRY(auto server, start("ready"));
    AUGURY_TRY(auto sent, send_all(server.url(), event_bodies(10, "k-", options_.events, 500), 4));
    (void)sent;
    server.kill_now();
    double begun = now_seconds();
    AUGURY_TRY(auto again, start("ready"));
    AUGURY_TRY(auto client, net::HttpClient::connect(again.url()));
    AUGURY_TRY(auto reply, client.request("GET", "/readyz", ""));
    double seconds = now_seconds() - begun;
    row("ready after SIGKILL right behind 1M events: s", fmt::format("{:.2f} ({})", seconds, reply.status), "< 2");
    ready_ = std::move(again);
    return {};
  }

  Result<void> answers() {
    {
      AUGURY_TRY(auto client, net::HttpClient::connect(ready_->url()));
      for (const auto& body : item_bodies()) AUGURY_TRY_VOID(post(client, "/v1/items", body));
    }
    std::atomic<bool> stop{false};
    std::jthread events([&] { thousand_events_a_second(stop); });
    double server_cpu = cpu_seconds_of(ready_->pid());
    double begun = now_seconds();
    {
      std::vector<std::jthread> askers;
      for (int i = 0; i < 8; ++i) askers.emplace_back([&, i] { ask(static_cast<uint64_t>(i), begun + 10); });
    }
    double seconds = now_seconds() - begun;
    server_cpu = cpu_seconds_of(ready_->pid()) - server_cpu;
    auto asked = static_cast<double>(latencies_ms_.size());
    row("100 candidates x 100 trees x 64 leaves, 8 connections: p99 ms",
        fmt::format("{:.2f} (p50 {:.2f})", quantile(latencies_ms_, 0.99), quantile(latencies_ms_, 0.5)), "< 10");
    row("  answers/s; server CPU us per request (1,000 events/s included)",
        fmt::format("{:.0f}; {:.0f}", asked / seconds, server_cpu / asked * 1e6), "");
    row("  not PRIMARY; cache hits", fmt::format("{}; {}", not_primary_.load(), cache_hits_.load()), "0; 0");
    AUGURY_TRY_VOID(freshness());
    stop = true;
    return {};
  }

  void thousand_events_a_second(const std::atomic<bool>& stop) {
    auto client = net::HttpClient::connect(ready_->url());
    auto bodies = event_bodies(77, "bg-", 100'000, 10);
    double begun = now_seconds();
    for (size_t i = 0; client && i < bodies.size() && !stop; ++i) {
      double due = begun + static_cast<double>(i) / 100;
      if (double wait = due - now_seconds(); wait > 0) std::this_thread::sleep_for(std::chrono::duration<double>(wait));
      (void)post(*client, "/v1/events", bodies[i]).has_value();
    }
  }

  void ask(uint64_t seed, double end) {
    auto client = net::HttpClient::connect(ready_->url());
    base::Random random(seed + 100);
    Zipf items(kItems);
    std::vector<double> latencies;
    while (client && now_seconds() < end) {
      auto body = question_body(random, items);
      double begun = now_seconds();
      auto reply = client->request("POST", "/v1/predict", body);
      latencies.push_back((now_seconds() - begun) * 1e3);
      if (!reply || reply->body.find("\"level\":\"PRIMARY\"") == std::string::npos) ++not_primary_;
      if (reply && reply->body.find("\"cache_hit\":true") != std::string::npos) ++cache_hits_;
    }
    std::lock_guard lock(mutex_);
    latencies_ms_.insert(latencies_ms_.end(), latencies.begin(), latencies.end());
  }

  // From the acknowledgement of an event to the reply that knows it, with the askers running again.
  Result<void> freshness() {
    std::vector<std::jthread> askers;
    double end = now_seconds() + 8;
    for (int i = 0; i < 7; ++i) askers.emplace_back([&, i] { ask(static_cast<uint64_t>(i) + 50, end); });
    AUGURY_TRY(auto client, net::HttpClient::connect(ready_->url()));
    std::vector<double> waits;
    size_t stale = 0;
    for (int i = 0; now_seconds() < end - 0.5; ++i) {
      auto user = fmt::format("fresh-{}", i);
      AUGURY_TRY_VOID(
          post(client, "/v1/events",
               fmt::format(R"({{"event":"click","user_id":"{}","item_id":"item-1","event_id":"f{}"}})", user, i)));
      double begun = now_seconds();
      auto ask = fmt::format(R"({{"user_ids":["{}"],"item_ids":[],"feature_names":["{}"]}})", user, kFreshFeature);
      AUGURY_TRY(auto reply, client.request("POST", "/v1/features/batch", ask));
      waits.push_back((now_seconds() - begun) * 1e3);
      if (reply.body.find(fmt::format("\"{}\":1", kFreshFeature)) == std::string::npos) ++stale;
    }
    row("event acknowledged to its value in the next answer: p99 ms",
        fmt::format("{:.2f} (p50 {:.2f}, {} stale of {})", quantile(waits, 0.99), quantile(waits, 0.5), stale,
                    waits.size()),
        "< 10");
    return {};
  }

  static constexpr const char* kFreshFeature = "user_clicks_1h";

  const GateOptions& options_;
  std::string app_file_;
  std::optional<ServerProcess> ready_;
  std::mutex mutex_;
  std::vector<double> latencies_ms_;
  std::atomic<size_t> not_primary_{0};
  std::atomic<size_t> cache_hits_{0};
};

}  // namespace

Result<void> run_gates(const GateOptions& options) { return Gates(options).run(); }

}  // namespace augury::bench
