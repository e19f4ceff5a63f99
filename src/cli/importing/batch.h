// Records on their way to the API, many to a call, and what became of each.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"
#include "cli/importing/record_form.h"
#include "cli/target.h"

namespace augury::cli::importing {

struct Counts {
  uint64_t records = 0;  // Read so far, the bad ones too.
  uint64_t accepted = 0;
  uint64_t duplicates = 0;  // Events counted before.
  uint64_t bad = 0;
};

// Not thread-safe.
class Batch {
 public:
  static constexpr size_t kRecordsMax = 5'000;
  static constexpr size_t kBytesMax = 4 << 20;

  using Refused = std::function<void(uint64_t number, const std::string& reason)>;

  // `path` is that of the bulk call: "/apps/shop/v1/events".
  Batch(Target& target, std::string path, Kind kind) : target_(target), path_(std::move(path)), kind_(kind) {}

  // Where the next record's JSON is appended; then keep(), or nothing if it was bad.
  std::string& text();
  void keep(uint64_t number);
  bool is_full() const { return records_.size() == kRecordsMax || text_.size() > kBytesMax; }

  // Sends what is kept and begins anew. Each refused record is told of. An error: the API cannot take records now, and
  // how many of these it took is not known.
  Result<void> send(Counts& counts, const Refused& refused);

 private:
  struct Kept {
    uint64_t number;
    size_t begin, end;  // In text_.
  };
  using Part = std::span<const Kept>;
  Result<Reply> call(Part part);
  Result<void> send_events(Part part, Counts& counts, const Refused& refused);
  Result<void> send_entities(Part part, Counts& counts, const Refused& refused);

  Target& target_;
  std::string path_;
  Kind kind_;
  std::string text_;
  std::vector<Kept> records_;
};

}  // namespace augury::cli::importing
