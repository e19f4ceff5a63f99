// What a check-up found, each with what to do about it.
#pragma once

#include <cstdint>

#include <string>
#include <utility>
#include <vector>

namespace augury::cli::doctor {

struct Finding {
  std::string about;  // "shop", "http://127.0.0.1:8080"
  std::string found;  // What is missing or odd.
  std::string advice;
};

// Not thread-safe.
class Findings {
 public:
  void about(std::string subject) { subject_ = std::move(subject); }
  void add(std::string found, std::string advice) { all_.push_back({subject_, std::move(found), std::move(advice)}); }
  const std::vector<Finding>& all() const { return all_; }
  // "shop: event 'cart' never came\n    -> ..."
  std::string text() const;

 private:
  std::string subject_;
  std::vector<Finding> all_;
};

// "12 of 40 (30 %)"
std::string share_text(uint64_t part, uint64_t whole);

}  // namespace augury::cli::doctor
