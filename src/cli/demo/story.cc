#include "cli/demo/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "cli/answer_table.h"
#include "cli/demo/assets.h"
#include "cli/demo/events.h"
#include "cli/demo/server_process.h"
#include "cli/demo/traffic.h"
#include "net/http_client.h"
#include "wire/json_reader.h"

namespace augury::cli::demo {
namespace {

constexpr int kHistoryVisits = 8'000;
constexpr size_t kBatch = 500;

double ms_since(base::MonotonicTime begun) {
  return std::chrono::duration<double, std::milli>(base::system_monotonic_clock().now() - begun).count();
}

// What the story prints, in one hand.
class Page {
 public:
  explicit Page(bool colors) : colors_(colors) {}
  void title(std::string_view text) const { fmt::print("\n{}{}{}\n", on("\033[1m"), text, on("\033[0m")); }
  void request(std::string_view method, std::string_view path, std::string_view body) const {
    fmt::print("{}> {} {} {}{}\n", on("\033[36m"), method, path, body, on("\033[0m"));
  }
  void answer(std::string_view table) const { fmt::print("{}", table); }
  void say(std::string_view text) const { fmt::print("  {}\n", text), std::fflush(stdout); }

 private:
  std::string_view on(std::string_view code) const { return colors_ ? code : std::string_view(); }
  bool colors_;
};

class Story {
 public:
  Story(const StoryOptions& options, Context& context)
      : options_(options),
        context_(context),
        page_(options.colors),
        now_(base::system_wall_clock().now()),
        shop_(options.seed, now_) {}

  Result<void> tell() {
    if (options_.memory_only) {
      AUGURY_TRY_VOID(unpack_assets(options_.folder));
      return idle_memory();
    }
    AUGURY_TRY_VOID(open_shop());
    AUGURY_TRY_VOID(new_visitor());
    AUGURY_TRY_VOID(one_click());
    AUGURY_TRY_VOID(why());
    AUGURY_TRY_VOID(breakers());
    AUGURY_TRY_VOID(kill_and_restart());
    AUGURY_TRY_VOID(figures());
    return stay_up();
  }

 private:
  // ---- asking ----

  Result<net::HttpReplyText> send(std::string_view method, std::string_view path, std::string_view body) {
    AUGURY_TRY(auto reply, client_->request(method, path, body));
    if (reply.status >= 300) {
      return Error{Code::Unavailable, fmt::format("{} {} was answered {}: {}", method, path, reply.status, reply.body)};
    }
    return reply;
  }

  // Asks as a person would see it: request, then the first `rows` of the answer. Returns the answer's level.
  Result<std::string> ask(std::string_view user, size_t rows, bool explain = false) {
    auto body = explain ? fmt::format(R"({{"user_id":"{}","num_predictions":2,"explain":true}})", user)
                        : fmt::format(R"({{"user_id":"{}"}})", user);
    page_.request("POST", "/v1/predict", body);
    AUGURY_TRY(auto reply, send("POST", "/v1/predict", body));
    page_.answer(answer_table(reply.body, rows));
    last_ = ids_of(reply.body);
    return level_of(reply.body);
  }

  Result<void> expect(std::string_view user, std::string_view level) {
    AUGURY_TRY(auto found, ask(user, 2));
    if (found != level) return Error{Code::Unavailable, fmt::format("expected level {}, got {}", level, found)};
    return {};
  }

  static std::string level_of(std::string_view body) {
    wire::JsonReader reader;
    auto root = reader.read(body);
    auto meta = root ? root->find("metadata") : std::nullopt;
    auto level = meta ? meta->find("level") : std::nullopt;
    return std::string(level && level->text() ? *level->text() : "?");
  }

  static std::vector<std::string> ids_of(std::string_view body) {
    std::vector<std::string> ids;
    wire::JsonReader reader;
    auto root = reader.read(body);
    auto items = root ? root->find("predictions") : std::nullopt;
    if (!items) return ids;
    for (auto item : items->elements()) ids.emplace_back(item.find("item_id")->text().value_or(""));
    return ids;
  }

  // ---- the scenes ----

  Result<void> start_server() { return start_server("/shop.yaml"); }

  Result<void> start_server(std::string_view app) {
    AUGURY_TRY(auto server, ServerProcess::start(context_.program,
                                                 {options_.folder + std::string(app), "--data",
                                                  options_.folder + "/data", "--listen", options_.listen},
                                                 options_.folder + "/server.log"));
    server_ = std::move(server);
    AUGURY_TRY(auto client, net::HttpClient::connect(server_->url()));
    client_ = std::move(client);
    AUGURY_TRY(auto ready, send("GET", "/readyz", ""));
    (void)ready;
    return {};
  }

  Result<void> open_shop() {
    auto begun = base::system_monotonic_clock().now();
    page_.title(fmt::format("A shop opens: {} items, {} people, and what they did in the last two weeks", Shop::kItems,
                            Shop::kUsers));
    AUGURY_TRY_VOID(unpack_assets(options_.folder));
    AUGURY_TRY_VOID(start_server());
    page_.say(fmt::format("server up at {} with {:.0f} MB of memory", server_->url(), megabytes()));
    AUGURY_TRY(auto items, send("POST", "/v1/items", items_body(shop_.items(), known_)));
    AUGURY_TRY(auto users, send("POST", "/v1/users", users_body(known_)));
    (void)items, (void)users;
    auto past = history(shop_, options_.seed, now_ - std::chrono::hours{14 * 24}, now_ - std::chrono::minutes{1},
                        kHistoryVisits);
    for (size_t first = 0; first < past.size(); first += kBatch) {
      AUGURY_TRY(auto sent,
                 send("POST", "/v1/events", events_body(shop_, &past[first], std::min(kBatch, past.size() - first))));
      (void)sent;
    }
    page_.say(fmt::format("{} events taken, each synced to disk before it was acknowledged", past.size()));
    AUGURY_TRY(auto first, send("POST", "/v1/predict", R"({"user_id":"user-0001"})"));
    (void)first;
    page_.say(fmt::format("start to first answer: {:.1f} s", ms_since(begun) / 1000));
    return {};
  }

  Result<void> new_visitor() {
    page_.title("1. Somebody new: what is popular, and the answer says so");
    AUGURY_TRY(auto level, ask(visitor_, 5));
    if (level != "POPULAR") return Error{Code::Unavailable, "a new visitor was answered at " + level};
    return {};
  }

  Result<void> one_click() {
    page_.title("2. One click, and the next answer is another");
    auto before = last_;
    clicked_ = before.front();
    auto body = fmt::format(R"({{"event":"click","user_id":"{}","item_id":"{}","event_id":"demo-click-1"}})", visitor_,
                            clicked_);
    page_.request("POST", "/v1/events", body);
    auto begun = base::system_monotonic_clock().now();
    AUGURY_TRY(auto taken, send("POST", "/v1/events", body));
    double taken_ms = ms_since(begun);
    AUGURY_TRY(auto answer, send("POST", "/v1/predict", fmt::format(R"({{"user_id":"{}"}})", visitor_)));
    double total_ms = ms_since(begun);
    page_.say(taken.body);
    page_.request("POST", "/v1/predict", fmt::format(R"({{"user_id":"{}"}})", visitor_));
    page_.answer(answer_table(answer.body, 5));
    auto after = ids_of(answer.body);
    auto kept =
        std::ranges::count_if(after, [&](const auto& id) { return std::ranges::find(before, id) != before.end(); });
    if (after == before) return Error{Code::Unavailable, "the answer did not change after the click"};
    page_.say(
        fmt::format("{} of {} items are new. Click durable after {:.1f} ms; the answer that knows it after {:.1f} ms.",
                    static_cast<long>(after.size()) - kept, after.size(), taken_ms, total_ms));
    page_.say(
        "Three members make a score: ranker 0.5, neural model 0.3, match of vectors 0.2. Somebody new has no row in "
        "the");
    page_.say("neural model and no vector: those two are left out, and the ranker counts for all three.");
    return {};
  }

  Result<void> why() {
    page_.title("3. Why is it there?");
    AUGURY_TRY(auto level, ask(visitor_, 2, true));
    (void)level;
    return {};
  }

  Result<void> force(std::string_view breaker, std::string_view state) {
    auto path = fmt::format("/v1/breakers/{}", breaker);
    auto body = fmt::format(R"({{"state":"{}"}})", state);
    page_.request("POST", path, body);
    AUGURY_TRY(auto reply, send("POST", path, body));
    (void)reply;
    return {};
  }

  Result<void> breakers() {
    page_.title("4. A drill: the ranking model fails, then the neural one, the feature store, and the light model too");
    constexpr std::string_view kAsked = "user-0001", kNotAsked = "user-0077";
    AUGURY_TRY_VOID(force("ranker", "open"));
    if (known_) {
      page_.say("of three members two are left, the neural model and the match of vectors:");
      AUGURY_TRY_VOID(expect("user-0076", "PRIMARY"));
    }
    AUGURY_TRY_VOID(force("ncf", "open"));
    if (known_) {
      page_.say("the match of vectors is left, and needs no model:");
      AUGURY_TRY_VOID(expect("user-0075", "PRIMARY"));
    }
    AUGURY_TRY_VOID(force("feature_store", "open"));
    page_.say("somebody who was answered before gets that answer again:");
    AUGURY_TRY_VOID(expect(kAsked, "CACHED"));
    page_.say("somebody who was not gets the light model:");
    AUGURY_TRY_VOID(expect(kNotAsked, "SIMPLIFIED"));
    AUGURY_TRY_VOID(force("light", "open"));
    AUGURY_TRY_VOID(expect("user-0078", "POPULAR"));
    AUGURY_TRY_VOID(force("ranker", "auto"));
    AUGURY_TRY_VOID(force("ncf", "auto"));
    AUGURY_TRY_VOID(force("feature_store", "auto"));
    AUGURY_TRY_VOID(force("light", "auto"));
    return expect("user-0079", "PRIMARY");
  }

  Result<std::string> remembered() {
    auto body = fmt::format(
        R"({{"user_ids":["{}","user-0001"],"item_ids":["{}"],"feature_names":["user_clicks_1h","user_recent","pair_views_7d","item_trend","item_buys_7d","category_ctr_1d"],"context":{{"timestamp":{}}}}})",
        visitor_, clicked_, micros(now_) / 1000);
    AUGURY_TRY(auto reply, send("POST", "/v1/features/batch", body));
    return reply.body.substr(0, reply.body.find("\"metadata\""));
  }

  Result<void> kill_and_restart() {
    page_.title("5. kill -9, and start again");
    AUGURY_TRY(auto before, remembered());
    server_->kill_now();
    page_.say("killed");
    auto begun = base::system_monotonic_clock().now();
    AUGURY_TRY_VOID(start_server());
    page_.say(fmt::format("up again after {:.0f} ms", ms_since(begun)));
    AUGURY_TRY(auto after, remembered());
    if (before != after) return Error{Code::Corrupt, "features differ after the restart:\n" + before + "\n" + after};
    page_.say("every feature is what it was:");
    page_.say(after.substr(0, 200) + " …");
    return {};
  }

  Result<void> figures() {
    page_.title("6. People come");
    TrafficOptions traffic{.seed = options_.seed};
    AUGURY_TRY(auto seen, run_traffic(server_->url(), shop_, traffic));
    auto rate = [&](uint64_t n) { return static_cast<double>(n) / seen.seconds; };
    fmt::print("  {:<34}{:>12}\n", "answers", seen.predictions);
    fmt::print("  {:<34}{:>12.0f}\n", "answers per second", rate(seen.predictions));
    fmt::print("  {:<34}{:>6.2f} /{:>5.2f} /{:>5.2f} ms\n", "latency p50 / p95 / p99", seen.p50_ms, seen.p95_ms,
               seen.p99_ms);
    fmt::print("  {:<34}{:>12.0f}\n", "events per second", rate(seen.events));
    fmt::print(
        "  {:<34}{:>10.1f} %\n", "answers from the cache",
        100.0 * static_cast<double>(seen.cache_hits) / static_cast<double>(std::max<uint64_t>(seen.predictions, 1)));
    fmt::print("  {:<34}{:>12}\n", "failed", seen.failed);
    if (options_.idle_seconds > 0) std::this_thread::sleep_for(std::chrono::duration<double>(options_.idle_seconds));
    fmt::print("  {:<34}{:>9.0f} MB\n", "memory of the server", megabytes());
    std::fflush(stdout);
    if (seen.failed > 0)
      return Error{Code::Unavailable, "some requests failed; see " + options_.folder + "/server.log"};
    server_->stop();
    return idle_memory();
  }

  // Started anew on what is there, and asked nothing. Leaves the whole app running.
  Result<void> idle_memory() {
    const std::string rest = options_.folder + "/shop-without-neural.yaml";
    std::ifstream in(options_.folder + "/shop.yaml");
    std::ofstream(rest) << without_neural({std::istreambuf_iterator<char>(in), {}});
    AUGURY_TRY_VOID(start_server("/shop-without-neural.yaml"));
    fmt::print("  {:<34}{:>9.0f} MB\n", "started anew, no neural model", megabytes());
    server_->stop();
    AUGURY_TRY_VOID(start_server());
    fmt::print("  {:<34}{:>9.0f} MB\n", "started anew, neural runtime loaded", megabytes());
    std::fflush(stdout);
    return {};
  }

  Result<void> stay_up() {
    if (!options_.stay) {
      server_->stop();
      return {};
    }
    page_.title(fmt::format("It stays up at {} until you press Ctrl-C. Try:", server_->url()));
    fmt::print(
        "  curl -s '{0}/v1/predict?user_id=you'\n"
        "  curl -s {0}/v1/events -d '{{\"event\":\"click\",\"user_id\":\"you\",\"item_id\":\"{1}\"}}'\n"
        "  curl -s {0}/v1/predict -d '{{\"user_id\":\"you\",\"explain\":true}}'\n",
        server_->url(), clicked_);
    std::fflush(stdout);
    context_.wait_for_stop();
    server_->stop();
    return {};
  }

  double megabytes() const { return static_cast<double>(server_->resident_bytes()) / (1 << 20); }

  const StoryOptions& options_;
  Context& context_;
  Page page_;
  Timestamp now_;
  Shop shop_;
  std::optional<ServerProcess> server_;
  std::optional<net::HttpClient> client_;
  const bool known_ = options_.seed == kTrainedSeed;  // To the neural model and the vectors.
  std::string visitor_ = "zoe";
  std::string clicked_;
  std::vector<std::string> last_;
};

}  // namespace

Result<void> tell_story(const StoryOptions& options, Context& context) { return Story(options, context).tell(); }

}  // namespace augury::cli::demo
