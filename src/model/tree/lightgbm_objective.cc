#include "model/tree/lightgbm_objective.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "model/number_text.h"

namespace augury::model {
namespace {

struct Objective {
  std::string_view name;
  LinkKind link;
};

constexpr Objective kObjectives[] = {
    {"regression", LinkKind::Identity},   {"regression_l1", LinkKind::Identity},
    {"huber", LinkKind::Identity},        {"fair", LinkKind::Identity},
    {"quantile", LinkKind::Identity},     {"mape", LinkKind::Identity},
    {"poisson", LinkKind::Exp},           {"gamma", LinkKind::Exp},
    {"tweedie", LinkKind::Exp},           {"binary", LinkKind::Sigmoid},
    {"cross_entropy", LinkKind::Sigmoid}, {"cross_entropy_lambda", LinkKind::Log1pExp},
    {"multiclass", LinkKind::Softmax},    {"multiclassova", LinkKind::Sigmoid},
    {"lambdarank", LinkKind::Identity},   {"rank_xendcg", LinkKind::Identity},
    {"custom", LinkKind::Identity},       {"none", LinkKind::Identity},
};

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) found.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

Error corrupt(std::string_view found, std::string_view expected) {
  return Error{Code::Corrupt, "found '" + std::string(found) + "', expected " + std::string(expected)};
}

Result<void> read_parameter(std::string_view word, uint32_t outputs, Link& link) {
  if (word == "sqrt" && link.kind == LinkKind::Identity) {
    link.kind = LinkKind::SignedSquare;
  } else if (word.starts_with("sigmoid:")) {
    const auto slope = read_number(word.substr(8));
    if (!slope || !(*slope > 0) || !std::isfinite(*slope)) return corrupt(word, "a slope over 0");
    link.sigmoid = *slope;
  } else if (word.starts_with("num_class:")) {
    if (read_integer<uint32_t>(word.substr(10)) != outputs)
      return corrupt(word, "num_tree_per_iteration = " + std::to_string(outputs));
  } else if (word.find(':') == std::string_view::npos) {
    return corrupt(word, "a parameter of the objective");
  }
  return {};
}

}  // namespace

Result<Link> lightgbm_link(std::string_view text, uint32_t outputs) {
  const auto parts = words(text);
  if (parts.empty()) return Link{};
  const auto known = std::find_if(std::begin(kObjectives), std::end(kObjectives),
                                  [&](const Objective& objective) { return objective.name == parts[0]; });
  if (known == std::end(kObjectives))
    return Error{Code::Invalid, "objective '" + std::string(parts[0].substr(0, 40)) +
                                    "' is not known; expected one that LightGBM 4 writes, or 'custom'"};
  Link link{.kind = known->link};
  for (size_t i = 1; i < parts.size(); ++i) AUGURY_TRY_VOID(read_parameter(parts[i], outputs, link));
  return link;
}

}  // namespace augury::model
