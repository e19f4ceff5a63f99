#include "cli/demo/traffic.h"

#include <algorithm>
#include <thread>
#include <unordered_map>

#include "base/clock.h"
#include "cli/demo/events.h"
#include "net/http_client.h"
#include "wire/json_reader.h"

namespace augury::cli::demo {
namespace {

struct Tally {
  TrafficFigures figures;
  std::vector<double> latencies_ms;
};

class Visitors {
 public:
  Visitors(net::HttpClient client, const Shop& shop, const TrafficOptions& options, int number)
      : client_(std::move(client)),
        shop_(shop),
        options_(options),
        random_(options.seed * 1000 + number),
        prefix_("live" + std::to_string(options.seed) + "-" + std::to_string(number) + "-") {
    for (int i = 0; i < Shop::kItems; ++i) by_id_[shop.items()[static_cast<size_t>(i)].id] = i;
  }

  Tally run(base::MonotonicTime end) {
    const auto& clock = base::system_monotonic_clock();
    while (clock.now() < end) {
      int user = shop_.visitor(random_);
      bool clicked = visit(user);
      while (!clicked && random_.chance(options_.again) && clock.now() < end) clicked = visit(user);
    }
    return std::move(tally_);
  }

 private:
  // True if the page led to an event.
  bool visit(int user) {
    const auto& clock = base::system_monotonic_clock();
    auto begun = clock.now();
    auto reply = client_.request("POST", "/v1/predict", "{\"user_id\":\"" + Shop::user_id(user) + "\"}");
    tally_.latencies_ms.push_back(std::chrono::duration<double, std::milli>(clock.now() - begun).count());
    ++tally_.figures.predictions;
    if (!reply || reply->status != 200) return ++tally_.figures.failed, true;
    auto events = reactions(user, reply->body);
    if (events.empty()) return false;
    auto sent = client_.request("POST", "/v1/events", events_body(shop_, events.data(), events.size()));
    if (!sent || sent->status != 200) ++tally_.figures.failed;
    tally_.figures.events += events.size();
    return true;
  }

  std::vector<ShopEvent> reactions(int user, std::string_view body) {
    std::vector<ShopEvent> events;
    auto root = reader_.read(body);
    if (!root) return events;
    if (auto meta = root->find("metadata")) {
      if (auto hit = meta->find("cache_hit"); hit && hit->boolean().value_or(false)) ++tally_.figures.cache_hits;
    }
    auto shown = root->find("predictions");
    if (!shown) return events;
    Timestamp now = base::system_wall_clock().now();
    for (auto each : shown->elements()) {
      auto id = each.find("item_id");
      auto found = id ? by_id_.find(std::string(id->text().value_or(""))) : by_id_.end();
      if (found == by_id_.end()) continue;
      auto reaction = shop_.react(user, shop_.items()[static_cast<size_t>(found->second)], now, random_);
      append_events(reaction, user, found->second, now, prefix_ + std::to_string(serial_++), events);
    }
    return events;
  }

  net::HttpClient client_;
  const Shop& shop_;
  const TrafficOptions& options_;
  base::Random random_;
  std::string prefix_;
  uint64_t serial_ = 0;
  wire::JsonReader reader_;
  std::unordered_map<std::string, int> by_id_;
  Tally tally_;
};

double quantile(std::vector<double>& sorted, double q) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(q * static_cast<double>(sorted.size())))];
}

}  // namespace

Result<TrafficFigures> run_traffic(const std::string& url, const Shop& shop, const TrafficOptions& options) {
  const auto& clock = base::system_monotonic_clock();
  auto begun = clock.now();
  std::vector<Visitors> visitors;
  for (int i = 0; i < options.connections; ++i) {
    AUGURY_TRY(auto client, net::HttpClient::connect(url));
    visitors.emplace_back(std::move(client), shop, options, i);
  }
  std::vector<Tally> tallies(visitors.size());
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < visitors.size(); ++i) {
      threads.emplace_back([&, i] { tallies[i] = visitors[i].run(begun + options.length); });
    }
  }
  TrafficFigures all;
  std::vector<double> latencies;
  for (auto& tally : tallies) {
    all.predictions += tally.figures.predictions;
    all.events += tally.figures.events;
    all.cache_hits += tally.figures.cache_hits;
    all.failed += tally.figures.failed;
    latencies.insert(latencies.end(), tally.latencies_ms.begin(), tally.latencies_ms.end());
  }
  std::ranges::sort(latencies);
  all.seconds = std::chrono::duration<double>(clock.now() - begun).count();
  all.p50_ms = quantile(latencies, 0.5);
  all.p95_ms = quantile(latencies, 0.95);
  all.p99_ms = quantile(latencies, 0.99);
  return all;
}

}  // namespace augury::cli::demo
