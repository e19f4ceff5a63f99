// People using the shop: pages asked for, things clicked, over real connections, from several threads.
#pragma once

#include <string>
#include <vector>

#include "augury/result.h"
#include "cli/demo/shop.h"

namespace augury::cli::demo {

struct TrafficOptions {
  int connections = 4;
  Duration length = std::chrono::seconds{3};
  // Of page views that follow at once on one by the same person without a click in between; these the cache may answer.
  double again = 0.5;
  uint64_t seed = 1;
};

struct TrafficFigures {
  uint64_t predictions = 0;
  uint64_t events = 0;
  uint64_t cache_hits = 0;
  uint64_t failed = 0;
  double seconds = 0;
  // Of a whole request as the client sees it.
  double p50_ms = 0;
  double p95_ms = 0;
  double p99_ms = 0;
};

// Each connection is one thread that asks for a page, reacts to it, sends the events, and so on (closed loop).
Result<TrafficFigures> run_traffic(const std::string& url, const Shop& shop, const TrafficOptions& options);

}  // namespace augury::cli::demo
