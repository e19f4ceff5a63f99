// XXH3, 64 bits.
//
// What is kept on disk or compared between processes (fingerprints, assignment) hashes with seed 0. A table in memory
// keyed by strings from outside uses process_seed(), so that nobody can choose ids that collide.
#pragma once

#include <cstdint>
#include <string_view>

namespace augury::base {

uint64_t hash64(std::string_view bytes, uint64_t seed = 0);

// Drawn once per process.
uint64_t process_seed();

}  // namespace augury::base
