#include "pipeline/choose.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace augury::pipeline {

std::vector<uint32_t> best_first(std::span<const Candidate> candidates, std::span<const double> scores, size_t count) {
  std::vector<uint32_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0u);
  auto better = [&](uint32_t a, uint32_t b) {
    if (scores[a] != scores[b]) return scores[a] > scores[b];
    uint32_t x = candidates[a].item - 1, y = candidates[b].item - 1;  // 0 wraps to the end.
    return x != y ? x < y : candidates[a].id < candidates[b].id;
  };
  auto end = order.begin() + static_cast<ptrdiff_t>(std::min(count, order.size()));
  std::partial_sort(order.begin(), end, order.end(), better);
  order.erase(end, order.end());
  return order;
}

std::vector<const Ranked*> choose(std::span<const Ranked> ranked, const ChooseRules& rules,
                                  const std::function<bool(const Ranked&)>& admit) {
  std::vector<const Ranked*> chosen;
  std::unordered_map<uint32_t, int> shown;
  for (const Ranked& r : ranked) {
    if (chosen.size() == rules.count) break;
    if (rules.at_most > 0 && r.group != 0 && shown[r.group] == rules.at_most) continue;
    if (!admit(r)) continue;
    if (rules.at_most > 0 && r.group != 0) ++shown[r.group];
    chosen.push_back(&r);
  }
  return chosen;
}

}  // namespace augury::pipeline
