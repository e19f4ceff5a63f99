#include "system/workload.h"

#include <fmt/format.h>

#include <cmath>

namespace augury::bench {
namespace {

// A complete binary tree by levels, as LightGBM writes it: children >= 0 are splits, ~leaf are leaves.
std::string one_tree(base::Random& random, int number, size_t inputs, int leaves) {
  int splits = leaves - 1;
  std::string features, thresholds, decisions, left, right, gains, values, counts, weights, leaf_counts, inner,
      inner_weights;
  auto child = [&](int slot) { return slot < splits ? slot : ~(slot - splits); };
  for (int i = 0; i < splits; ++i) {
    const char* gap = i == 0 ? "" : " ";
    features += fmt::format("{}{}", gap, random.below(inputs));
    thresholds += fmt::format("{}{}", gap, std::floor(random.uniform() * 40) / 2 + 0.25);
    decisions += fmt::format("{}{}", gap, 2);
    left += fmt::format("{}{}", gap, child(2 * i + 1));
    right += fmt::format("{}{}", gap, child(2 * i + 2));
    gains += fmt::format("{}1", gap);
    inner += fmt::format("{}0", gap);
    inner_weights += fmt::format("{}100", gap);
    counts += fmt::format("{}100", gap);
  }
  for (int i = 0; i < leaves; ++i) {
    const char* gap = i == 0 ? "" : " ";
    values += fmt::format("{}{}", gap, random.uniform() * 0.02 - 0.01);
    weights += fmt::format("{}10", gap);
    leaf_counts += fmt::format("{}10", gap);
  }
  return fmt::format(
      "Tree={}\nnum_leaves={}\nnum_cat=0\nsplit_feature={}\nsplit_gain={}\nthreshold={}\ndecision_type={}\nleft_child={"
      "}\n"
      "right_child={}\nleaf_value={}\nleaf_weight={}\nleaf_count={}\ninternal_value={}\ninternal_weight={}\n"
      "internal_count={}\nis_linear=0\nshrinkage=0.1\n\n\n",
      number, leaves, features, gains, thresholds, decisions, left, right, values, weights, leaf_counts, inner,
      inner_weights, counts);
}

// Users in a scattered order, each as often: after a million events every user has a history, and no question comes
// from a new visitor.
size_t user_of(size_t event) { return event * 611'953 % kUsers; }

void append_event(std::string& body, base::Random& random, const Zipf& items, const std::string& prefix,
                  size_t number) {
  static const Zipf types(4);
  int type = types.draw(random);
  body += fmt::format(R"({{"event_id":"{}{}","event":"{}","user_id":"user-{}","item_id":"item-{}")", prefix, number,
                      kEventTypes[type], user_of(number), items.draw(random));
  if (type == 3) body += fmt::format(R"(,"fields":{{"price":{}}})", static_cast<double>(random.below(10'000)) / 100);
  body += '}';
}

}  // namespace

int Zipf::draw(base::Random& random) const {
  return std::min(n_ - 1, static_cast<int>(std::pow(static_cast<double>(n_) + 1, random.uniform())) - 1);
}

std::vector<std::string> event_bodies(uint64_t seed, const std::string& id_prefix, size_t count, size_t batch) {
  base::Random random(seed);
  Zipf items(kItems);
  std::vector<std::string> bodies;
  for (size_t first = 0; first < count; first += batch) {
    std::string body = "[";
    for (size_t i = first; i < std::min(first + batch, count); ++i) {
      if (i > first) body += ',';
      append_event(body, random, items, id_prefix, i);
    }
    bodies.push_back(body + "]");
  }
  return bodies;
}

std::vector<std::string> item_bodies() {
  std::vector<std::string> bodies;
  for (int first = 0; first < kItems; first += 1000) {
    std::string body = "[";
    for (int i = first; i < first + 1000; ++i) {
      body += fmt::format(R"({}{{"item_id":"item-{}","attributes":{{"category":"category-{}"}}}})",
                          i > first ? "," : "", i, i % 200);
    }
    bodies.push_back(body + "]");
  }
  return bodies;
}

std::string question_body(base::Random& random, const Zipf& items) {
  std::string body = fmt::format(R"({{"user_id":"user-{}","candidates":[)", random.below(kUsers));
  for (int i = 0; i < 100; ++i) body += fmt::format("{}\"item-{}\"", i > 0 ? "," : "", items.draw(random));
  return body + "]}";
}

std::string random_model(uint64_t seed, const std::vector<std::string>& inputs, int trees, int leaves) {
  base::Random random(seed);
  std::string names, infos;
  for (const auto& input : inputs) {
    names += (names.empty() ? "" : " ") + input;
    infos += std::string(infos.empty() ? "" : " ") + "[0:100]";
  }
  std::string text = fmt::format(
      "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx={}\nobjective=binary "
      "sigmoid:1\n"
      "feature_names={}\nfeature_infos={}\n\n",
      inputs.size() - 1, names, infos);
  for (int i = 0; i < trees; ++i) text += one_tree(random, i, inputs.size(), leaves);
  return text + "end of trees\n";
}

}  // namespace augury::bench
