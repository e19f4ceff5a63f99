#include "config/names.h"

#include <algorithm>
#include <vector>

namespace augury::config {

int edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, 64);
  b = b.substr(0, 64);
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i)
    for (size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> names) {
  std::optional<std::string> best;
  int best_distance = 0;
  for (const auto& name : names) {
    int distance = edit_distance(word, name);
    int allowed = std::max(1, static_cast<int>(std::max(word.size(), name.size())) / 3);
    if (distance > allowed || distance >= static_cast<int>(std::max(word.size(), name.size())) ||
        (best && distance >= best_distance))
      continue;
    best = name;
    best_distance = distance;
  }
  return best;
}

std::string expected_one_of(std::string_view word, std::span<const std::string> names) {
  constexpr size_t kListedMax = 24;
  std::string out;
  if (names.size() == 1) out = "; expected " + names[0];
  if (names.size() > 1 && names.size() <= kListedMax) {
    out = "; expected one of ";
    for (size_t i = 0; i < names.size(); ++i) out += (i ? ", " : "") + names[i];
  }
  if (auto near = nearest(word, names)) out += " (did you mean '" + *near + "'?)";
  return out;
}

bool is_name(std::string_view text, bool dashes) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (text.empty() || text.size() > 128 || !letter(text[0])) return false;
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return letter(c) || (c >= '0' && c <= '9') || (dashes && c == '-'); });
}

}  // namespace augury::config
