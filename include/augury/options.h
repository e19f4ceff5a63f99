// How an Engine is opened.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "augury/time.h"

namespace augury {

struct EngineOptions {
  // App files to serve (YAML). Model files named in one are looked up beside it.
  std::vector<std::string> app_files;

  // Where the journal and the state live; made if absent. One process at a time: a second is refused (Conflict).
  std::string data_folder = "augury-data";

  // A checkpoint bounds what a restart has to replay; whichever comes first.
  Duration checkpoint_every = std::chrono::seconds{30};
  uint64_t checkpoint_dirty_bytes = 256ull << 20;
  uint64_t checkpoint_events = 250'000;  // Half a second of replay.

  // Lists behind `popular` and `recent` are made anew at most this often, and only when they changed. 0: with every
  // block of events, before it is acknowledged.
  Duration list_every = std::chrono::milliseconds{1};

  // Threads for work that must not run where requests are read: slow models. 0 = one per core.
  int compute_threads = 0;

  // Bytes for whole answers already given (the L1 cache).
  uint64_t prediction_cache_bytes = 64ull << 20;
};

}  // namespace augury
