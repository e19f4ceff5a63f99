// What the data folder of one app holds, gathered in one walk over its journal. Reads only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "augury/prediction.h"
#include "augury/result.h"
#include "augury/time.h"

namespace augury::cli::doctor {

struct EventFacts {
  uint64_t count = 0;
  std::map<std::string, uint64_t> fields;  // How many have it.
};

struct EntityFacts {
  uint64_t known = 0;  // In the catalogue.
  uint64_t named = 0;  // In events.
  uint64_t named_and_known = 0;
  std::map<std::string, uint64_t> attributes;  // How many of the known have it.
};

struct FolderFacts {
  std::map<std::string, EventFacts> events;
  uint64_t events_in_all = 0;
  uint64_t events_without_id = 0;
  uint64_t events_before_2000 = 0;
  std::optional<Timestamp> first_event, newest_event;
  EntityFacts items, users;
  std::map<Level, uint64_t> answers;
  std::map<std::string, uint64_t> fallback_reasons;
  uint64_t newest = 0;      // Sequence.
  uint64_t checkpoint = 0;  // The newest it covers.
  // Some that were seen last, to look at their features.
  std::vector<std::string> some_users, some_items;
};

// `folder` is <--data>/<app>. NotFound; Conflict: a process has it open; Corrupt.
Result<FolderFacts> read_folder(const std::string& folder);

}  // namespace augury::cli::doctor
