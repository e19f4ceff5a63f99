// Reading a map by the names that are allowed in it.
//
//   Fields cache(node, "cache", problems);
//   if (auto* ttl = cache.take("ttl")) read(ttl, ...);
//   cache.later("precompute");      // known, refused by name until it is built
//   cache.finish();                 // whatever was not asked for is an unknown key
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "augury/time.h"
#include "config/node.h"
#include "config/problem.h"

namespace augury::config {

// "<what>: found X, expected Y" at the node. Each returns nothing after reporting.
std::optional<std::string> read_text(const Node& node, std::string_view what, Problems& problems);
std::optional<double> read_number(const Node& node, std::string_view what, Problems& problems);
std::optional<int64_t> read_whole(const Node& node, std::string_view what, int64_t lowest, int64_t highest,
                                  Problems& problems);
std::optional<Duration> read_duration(const Node& node, std::string_view what, Problems& problems);
std::optional<double> read_share(const Node& node, std::string_view what, Problems& problems);
std::optional<uint64_t> read_count(const Node& node, std::string_view what, Problems& problems);
std::optional<bool> read_boolean(const Node& node, std::string_view what, Problems& problems);

void found_expected(const Node& node, std::string_view what, std::string_view expected, Problems& problems);

// Not thread-safe. Borrows the node and the problems.
class Fields {
 public:
  // Anything but a map is reported once and then reads as empty; nothing at all reads as an empty map.
  Fields(const Node& node, std::string what, Problems& problems);

  // The value under `name`, null if it is not written.
  const Node* take(std::string_view name);
  // The same; its absence is a problem.
  const Node* require(std::string_view name);
  // Known, and refused where written: "'name' is not built yet".
  void later(std::string_view name);
  void finish();

 private:
  const Node& node_;
  std::string what_;
  Problems& problems_;
  std::vector<std::string> known_;
  std::vector<std::string> refused_;
};

}  // namespace augury::config
