// What is wrong with a file, and where.
#pragma once

#include <compare>
#include <string>
#include <utility>
#include <vector>

namespace augury::config {

// Counted from 1; column in bytes.
struct Place {
  int line = 1;
  int column = 1;
  auto operator<=>(const Place&) const = default;
};

struct Problem {
  Place place;
  std::string message;
};

// Collects them all, so that one look mends a file.
class Problems {
 public:
  void add(Place place, std::string message) { all_.push_back({place, std::move(message)}); }
  bool empty() const { return all_.empty(); }
  size_t size() const { return all_.size(); }
  // In the file's order; of the same place in the order they were found.
  std::vector<Problem> sorted() const;

 private:
  std::vector<Problem> all_;
};

}  // namespace augury::config
