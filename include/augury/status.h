// How an engine is doing, as `GET /v1/status` shows it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "augury/position.h"

namespace augury {

enum class BreakerState { Closed, Open, HalfOpen };

constexpr std::string_view to_string(BreakerState state) {
  switch (state) {
    case BreakerState::Closed:
      return "closed";
    case BreakerState::Open:
      return "open";
    case BreakerState::HalfOpen:
      return "half_open";
  }
  return "unknown";
}

struct BreakerStatus {
  std::string name;
  BreakerState state = BreakerState::Closed;
  bool forced = false;
  uint64_t calls = 0;
  uint64_t successes = 0;
  uint64_t failures = 0;
  double success_rate = 1;
  double latency_ms_avg = 0;
  int failure_count = 0;  // The one compared with the opening threshold.
};

// How long something took, as a cumulative histogram.
struct LatencyStatus {
  std::string of;  // A model's name; empty where there is one thing only.
  uint64_t count = 0;
  double sum_s = 0;
  std::vector<std::pair<double, uint64_t>> within;  // Seconds, and how many took at most that long.
};

struct AppStatus {
  std::string name;
  Position journaled;
  Position applied;
  Position checkpointed;
  double checkpoint_age_s = 0;
  uint64_t events_accepted = 0;
  uint64_t events_duplicate = 0;
  uint64_t events_refused = 0;
  uint64_t events_late = 0;
  uint64_t predictions = 0;
  uint64_t predictions_by_level[5] = {};  // In the order of Level.
  uint64_t predictions_failed = 0;
  uint64_t fallbacks = 0;
  uint64_t cache_hits = 0;
  uint64_t cache_lookups = 0;
  uint64_t cache_bytes = 0;
  uint64_t users = 0;
  uint64_t items = 0;
  uint64_t rows = 0;
  uint64_t row_bytes = 0;
  uint64_t catalog_bytes = 0;  // Attributes and vectors of items and users.
  uint64_t index_bytes = 0;    // What finds the nearest items.
  double dedup_window_s = 0;   // The one in force, which the entry limit may have shortened.
  uint64_t dedup_entries = 0;
  bool ingest_open = true;  // False after a failed sync or on a full disk.
  std::string ingest_problem;
  double latency_ms_p50 = 0;
  double latency_ms_p95 = 0;
  double latency_ms_p99 = 0;
  LatencyStatus latency;
  LatencyStatus feature_fetch;
  std::vector<LatencyStatus> model_inference;  // By model.
  uint64_t exposures_recorded = 0;
  uint64_t exposures_dropped = 0;  // Answers whose record did not fit the queue.
  double checkpoint_seconds_last = 0;
  std::vector<BreakerStatus> breakers;
};

struct Status {
  std::string version;
  double uptime_s = 0;
  uint64_t resident_bytes = 0;
  std::vector<AppStatus> apps;
};

}  // namespace augury
