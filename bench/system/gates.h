// The gates of the first complete Augury, each measured on a real server over HTTP, each printed as one line of a
// table.
#pragma once

#include <string>

#include "augury/result.h"

namespace augury::bench {

struct GateOptions {
  std::string program;  // build/release/augury
  std::string app;      // bench/apps/events20.yaml
  std::string folder;   // On a disk.
  uint64_t events = 1'000'000;
};

// Durable ingest in batches of 500 and of 1; replay; ready behind a kill; answers and freshness under load.
Result<void> run_gates(const GateOptions& options);

}  // namespace augury::bench
