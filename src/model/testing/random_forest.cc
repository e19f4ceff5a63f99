#include "model/testing/random_forest.h"

#include <cmath>
#include <limits>

#include "base/check.h"

namespace augury::model {
namespace {

double random_threshold(base::Random& random) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kOdd[] = {0,     -0.0,   1e-35,     -1e-35,     5e-36,  -5e-36, static_cast<double>(kZero),
                             1e300, -1e300, kInfinity, -kInfinity, 1e-310, 0.1,    3.4028234663852886e38};
  if (random.chance(0.15)) return kOdd[random.below(std::size(kOdd))];
  return std::round((random.uniform() * 8 - 4) * 16) / 16 + (random.chance(0.5) ? 1e-9 : 0);
}

uint8_t random_decision(base::Random& random, const ForestShape& shape) {
  if (shape.arithmetic.float_inputs) return static_cast<uint8_t>(2 << 2 | random.below(2) << 1);
  return static_cast<uint8_t>(random.below(3) << 2 | random.below(2) << 1);
}

int32_t random_feature(base::Random& random, const ForestShape& shape) {
  return static_cast<int32_t>(random.below(static_cast<uint64_t>(shape.inputs)));
}

RawTree random_oblivious_tree(base::Random& random, const ForestShape& shape) {
  RawTree tree;
  tree.oblivious = true;
  for (uint64_t level = random.below(9); level > 0; --level) {
    tree.feature.push_back(random_feature(random, shape));
    tree.threshold.push_back(random_threshold(random));
    tree.decision.push_back(random_decision(random, shape));
  }
  tree.leaf_weight.resize(size_t{1} << tree.feature.size());
  for (double& weight : tree.leaf_weight) weight = static_cast<double>(random.below(100));
  return tree;
}

// Splits a random leaf until there are enough, as training does; a chain every so often.
RawTree random_tree(base::Random& random, const ForestShape& shape) {
  const auto leaves = static_cast<int>(random.between(1, shape.leaves_max));
  const bool chain = random.chance(0.2);
  RawTree tree;
  tree.category_bounds = {0};
  struct Leaf {
    int parent;
    bool left;
    int depth;
  };
  std::vector<Leaf> open{{-1, false, 0}};
  while (static_cast<int>(open.size()) < leaves) {
    const size_t pick = chain ? open.size() - 1 : random.below(open.size());
    if (open[pick].depth >= shape.depth_max) break;
    const auto node = static_cast<int>(tree.feature.size());
    if (open[pick].parent >= 0) {
      auto& children = open[pick].left ? tree.left : tree.right;
      children[static_cast<size_t>(open[pick].parent)] = node;
    }
    const bool category = shape.categories && random.chance(0.2);
    tree.feature.push_back(random_feature(random, shape));
    tree.left.push_back(~static_cast<int32_t>(pick));
    tree.right.push_back(~static_cast<int32_t>(open.size()));
    tree.decision.push_back(static_cast<uint8_t>(random_decision(random, shape) | (category ? 1 : 0)));
    tree.threshold.push_back(category ? static_cast<double>(tree.category_bounds.size() - 1)
                                      : random_threshold(random));
    if (category) {
      for (uint64_t words = random.below(4); words > 0; --words)
        tree.category_words.push_back(static_cast<uint32_t>(random()));
      tree.category_bounds.push_back(static_cast<uint32_t>(tree.category_words.size()));
    }
    const int depth = open[pick].depth + 1;
    open[pick] = {node, true, depth};
    open.push_back({node, false, depth});
  }
  for (size_t i = 0; i < open.size(); ++i) tree.leaf_weight.push_back(static_cast<double>(random.below(100)));
  return tree;
}

// Sets what the leaves are worth: one output's values or, every so often, those of several.
void add_values(base::Random& random, const FlatForest& forest, RawTree& tree) {
  tree.output = static_cast<uint32_t>(forest.trees.size() % forest.outputs);
  if (random.chance(0.2)) tree.width = static_cast<uint32_t>(random.between(1, forest.outputs - tree.output));
  for (size_t i = 0; i < tree.leaf_weight.size() * tree.width; ++i) {
    const double value = random.uniform() * 2 - 1;
    tree.leaf_value.push_back(forest.arithmetic.float_sums ? static_cast<double>(static_cast<float>(value)) : value);
  }
}

}  // namespace

FlatForest random_forest(base::Random& random, const ForestShape& shape) {
  FlatForest forest;
  for (int i = 0; i < shape.inputs; ++i) forest.inputs.push_back("f" + std::to_string(i));
  forest.outputs = shape.outputs;
  forest.arithmetic = shape.arithmetic;
  for (int t = 0; t < shape.trees * static_cast<int>(shape.outputs); ++t) {
    RawTree tree = random.chance(shape.oblivious) ? random_oblivious_tree(random, shape) : random_tree(random, shape);
    add_values(random, forest, tree);
    const auto added = add_tree(tree, forest);
    AUGURY_CHECK(added.has_value());
  }
  return forest;
}

std::vector<float> random_rows(base::Random& random, const FlatForest& forest, size_t count) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kOdd[] = {std::numeric_limits<float>::quiet_NaN(),
                            -std::numeric_limits<float>::quiet_NaN(),
                            0.0f,
                            -0.0f,
                            kZero,
                            -kZero,
                            2e-35f,
                            -2e-35f,
                            1e-40f,
                            -1e-40f,
                            kInfinity,
                            -kInfinity,
                            std::numeric_limits<float>::max(),
                            std::numeric_limits<float>::lowest(),
                            -1.0f,
                            -0.5f,
                            3e9f,
                            2147483648.0f,
                            100.0f};
  std::vector<float> rows(count * forest.inputs.size());
  for (float& value : rows) {
    if (random.chance(0.2)) {
      value = kOdd[random.below(std::size(kOdd))];
    } else if (random.chance(0.3) && !forest.nodes.empty()) {
      const double threshold = forest.nodes[random.below(forest.nodes.size())].threshold;
      value = std::abs(threshold) > 1e38 ? 1e38f : static_cast<float>(threshold);
      if (random.chance(0.5)) value = std::nextafter(value, random.chance(0.5) ? kInfinity : -kInfinity);
    } else {
      value =
          static_cast<float>(random.chance(0.3) ? static_cast<double>(random.below(130)) : random.uniform() * 8 - 4);
    }
  }
  return rows;
}

}  // namespace augury::model
