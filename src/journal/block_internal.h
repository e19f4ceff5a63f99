// What writer and reader of blocks agree on: docs/formats/journal.md in C++.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace augury::journal {

inline constexpr uint8_t kVersion = 2;  // Of blocks. 1 had no vectors and is read as well.
inline constexpr uint8_t kMarkVersion = 1;
inline constexpr size_t kChecksumBytes = 8;
inline constexpr size_t kBlockHeader = 21;  // Checksum, version, count, sequence before.
inline constexpr size_t kMarkBytes = 18;    // Checksum, version, state, newest.
inline constexpr size_t kBlockKey = 8;
inline constexpr size_t kMarkKey = 16;

enum class Kind : uint8_t { Event = 1, Entity = 2, Exposure = 3, Publication = 4 };
inline constexpr uint8_t kKindMask = 7;

struct EventFlag {
  static constexpr uint8_t kFingerprint = 8, kPrediction = 16, kFields = 32, kContext = 64, kSession = 128;
};
struct EntityFlag {
  static constexpr uint8_t kUser = 8, kDeleted = 16;
};
struct ExposureFlag {
  static constexpr uint8_t kCacheHit = 8, kExplained = 16, kCertain = 32, kCandidates = 64, kContext = 128;
};

enum class FieldKind : uint8_t { Missing, Number, Whole, True, False, Text, Texts, Location, Time, Vector };

// The checksum of a block or mark, kept in its first 8 bytes.
uint64_t checksum(std::string_view value, uint64_t sequence);

}  // namespace augury::journal
