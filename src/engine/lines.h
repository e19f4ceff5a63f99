// A text of indented lines, line by line.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace augury::engine {

// Without the indentation and without empty ones.
inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    size_t from = std::min(text.find_first_not_of(' ', at), end);
    if (from < end) lines.push_back(text.substr(from, end - from));
    at = end + 1;
  }
  return lines;
}

}  // namespace augury::engine
