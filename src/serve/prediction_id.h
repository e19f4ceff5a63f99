// Names of answers: 48 bits of time, 80 of randomness, written as 26 characters that sort by time (ULID).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "augury/time.h"

namespace augury::serve {

using PredictionId = std::array<uint8_t, 16>;

std::string text_of(const PredictionId& id);

// All randomness of an answer comes from a generator seeded with this.
uint64_t seed_of(const PredictionId& id);

// Thread-safe.
class PredictionIds {
 public:
  explicit PredictionIds(uint64_t seed) : seed_(seed) {}
  PredictionId next(Timestamp now);

 private:
  const uint64_t seed_;
  std::atomic<uint64_t> drawn_{0};
};

}  // namespace augury::serve
