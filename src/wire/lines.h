// A body line by line, as NDJSON is read. Lines may end in \n or \r\n; blank ones are passed over.
//
//   for (auto line : Lines(body)) reader.read(line);
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace augury::wire {

// Borrows the body.
class Lines {
 public:
  explicit Lines(std::string_view body) : body_(body) {}

  class Iterator {
   public:
    explicit Iterator(std::string_view rest) : rest_(rest) { advance(); }
    std::string_view operator*() const { return line_; }
    Iterator& operator++() {
      advance();
      return *this;
    }
    bool operator!=(std::nullptr_t) const { return !line_.empty(); }

   private:
    void advance() {
      do {
        size_t end = std::min(rest_.find('\n'), rest_.size());
        line_ = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        if (line_.ends_with('\r')) line_.remove_suffix(1);
        if (line_.find_first_not_of(" \t") == std::string_view::npos) line_ = {};
      } while (line_.empty() && !rest_.empty());
    }

    std::string_view line_;
    std::string_view rest_;
  };

  Iterator begin() const { return Iterator(body_); }
  std::nullptr_t end() const { return nullptr; }

 private:
  std::string_view body_;
};

}  // namespace augury::wire
