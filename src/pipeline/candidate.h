// An item on its way to being an answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "augury/prediction.h"

namespace augury::pipeline {

// Why an item is considered at all. The order is the one explanations prefer: the most personal first.
enum class Origin : uint8_t { Own, Related, Nearest, Recent, Popular, Request, Static };

constexpr std::string_view to_string(Origin origin) {
  switch (origin) {
    case Origin::Own:
      return "own";
    case Origin::Related:
      return "related";
    case Origin::Nearest:
      return "nearest";
    case Origin::Recent:
      return "recent";
    case Origin::Popular:
      return "popular";
    case Origin::Request:
      return "request";
    case Origin::Static:
      return "static";
  }
  return "unknown";
}

struct Candidate {
  uint32_t item = 0;    // 0: the dictionary does not know it (only from a request).
  std::string_view id;  // The dictionary's bytes, or the answer's arena.
  uint8_t origins = 0;  // A bit per Origin.
  int source = -1;      // Of Placement::recall: the one behind its first origin in the order above.
  uint32_t anchor = 0;  // Related: the item of the user that speaks for it most.
  double recalled = 0;  // 1 / its best rank within a source; the score where nothing else scores.

  bool from(Origin origin) const { return (origins >> static_cast<int>(origin) & 1) != 0; }
  void add(Origin origin) { origins = static_cast<uint8_t>(origins | 1 << static_cast<int>(origin)); }
};

// A scored candidate, best first. Owns its text, so that it can be kept.
struct Ranked {
  uint32_t item = 0;
  std::string id;
  double score = 0;
  uint32_t group = 0;  // Text number of the diversity attribute; 0 = none, never limited.
  uint32_t place = 0;  // Of the candidates it was ranked among.
  std::string explanation;
  std::vector<Reason> reasons;
};

}  // namespace augury::pipeline
