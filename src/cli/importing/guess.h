// What the columns of a file probably are, from their names and a sample of their values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "augury/result.h"
#include "cli/importing/table_file.h"
#include "definition/expression.h"

namespace augury::cli::importing {

// What the values of one column have in common. Not thread-safe.
class ColumnSample {
 public:
  void add(const wire::Cell& cell);

  uint64_t filled() const { return filled_; }
  // The narrowest type that holds them all.
  definition::Type type() const;
  // Numbers that are times by their size; "" otherwise, else what --time takes: "s", "ms", "us", "ns".
  std::string epoch_unit() const;
  bool has_bars() const { return bars_ * 5 > filled_; }  // Lists as a|b|c.
  size_t different() const { return values_.size(); }    // Counted to kDifferentMax.
  const std::string& example() const { return example_; }
  static constexpr size_t kDifferentMax = 1000;

 private:
  uint64_t filled_ = 0, numbers_ = 0, booleans_ = 0, times_ = 0, lists_ = 0, locations_ = 0, bars_ = 0;
  double lowest_ = 0, highest_ = 0;
  std::set<std::string> values_;
  std::string example_;
};

struct SampledColumn {
  std::string name;
  ColumnSample values;
  std::map<std::string, uint64_t> filled_by_event;
};

// A sample of a file of events, or of items or users.
struct FileSample {
  uint64_t records = 0, bad = 0;
  std::vector<SampledColumn> columns;                                    // All but those with a role.
  std::map<std::string, std::string> roles;                              // "user_id" -> "visitorid".
  std::map<std::string, uint64_t> events;                                // By event type, if there is a column of it.
  std::map<std::string, std::map<std::string, uint64_t>> keys_by_event;  // Event -> role -> filled.
  std::string time_unit;  // As --time takes it; empty: as it is guessed anyway.
};

// Reads at most `records_max` records. `wanted` are the roles to look for, such as event, user_id, timestamp.
Result<FileSample> sample_file(const std::string& path, const FileFormat& format,
                               const std::vector<std::string>& wanted, uint64_t records_max);

// The column that has this role by its name: "user_id" is found as visitorid, CustomerID, ... Empty: none.
std::string column_for(const std::string& role, const std::vector<std::string>& columns);

}  // namespace augury::cli::importing
