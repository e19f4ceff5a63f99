#include "model/tree/flat_forest.h"

#include <cmath>
#include <limits>
#include <utility>

namespace augury::model {
namespace {

constexpr size_t kObliviousDepthMax = 16;  // CatBoost's own limit.

using Checked = std::expected<void, TreeFault>;

std::unexpected<TreeFault> fault(std::string_view field, std::string what) {
  return std::unexpected(TreeFault{field, std::move(what)});
}

std::string node_text(size_t node, std::string_view what) {
  return "node " + std::to_string(node) + ": " + std::string(what);
}

Checked check_length(std::string_view field, size_t found, size_t expected) {
  if (found == expected) return {};
  return fault(field, "found " + std::to_string(found) + " values, expected " + std::to_string(expected));
}

#define AUGURY_CHECKED(...) \
  if (auto checked = (__VA_ARGS__); !checked) return checked

size_t leaves_of(const RawTree& tree) { return tree.leaf_value.size() / tree.width; }

// An ordinary tree has one node fewer than leaves, an oblivious one as many as it has levels.
Checked check_shape(const RawTree& tree) {
  const size_t leaves = leaves_of(tree);
  const size_t nodes = tree.oblivious ? tree.feature.size() : leaves - 1;
  if (tree.oblivious && nodes > kObliviousDepthMax)
    return fault("split_feature",
                 "found " + std::to_string(nodes) + " levels, expected at most " + std::to_string(kObliviousDepthMax));
  const size_t children = tree.oblivious ? 0 : nodes;
  AUGURY_CHECKED(check_length("split_feature", tree.feature.size(), nodes));
  AUGURY_CHECKED(check_length("threshold", tree.threshold.size(), nodes));
  AUGURY_CHECKED(check_length("decision_type", tree.decision.size(), nodes));
  AUGURY_CHECKED(check_length("left_child", tree.left.size(), children));
  AUGURY_CHECKED(check_length("right_child", tree.right.size(), children));
  if (!tree.oblivious) return {};
  return check_length("leaf_value", tree.leaf_value.size(), (size_t{1} << nodes) * tree.width);
}

Checked check_lengths(const RawTree& tree, uint32_t outputs) {
  if (tree.width < 1 || tree.output >= outputs || tree.width > outputs - tree.output)
    return fault("leaf_value", "found values for outputs " + std::to_string(tree.output) + " to " +
                                   std::to_string(uint64_t{tree.output} + tree.width - 1) + ", expected 0 to " +
                                   std::to_string(outputs - 1));
  if (tree.leaf_value.empty()) return fault("leaf_value", "found no values, expected at least 1");
  AUGURY_CHECKED(check_length("leaf_value", tree.leaf_value.size(), leaves_of(tree) * tree.width));
  AUGURY_CHECKED(check_shape(tree));
  if (tree.leaf_weight.empty()) return {};
  return check_length("leaf_count", tree.leaf_weight.size(), leaves_of(tree));
}

Checked check_leaves(const RawTree& tree) {
  for (double value : tree.leaf_value)
    if (!std::isfinite(value)) return fault("leaf_value", "found " + std::to_string(value) + ", expected a number");
  for (double weight : tree.leaf_weight)
    if (!(weight >= 0) || !std::isfinite(weight)) return fault("leaf_count", "expected counts of 0 or more");
  return {};
}

Checked check_categories(const RawTree& tree) {
  const auto& bounds = tree.category_bounds;
  if (bounds.empty()) {
    if (!tree.category_words.empty()) return fault("cat_boundaries", "found none, expected one for cat_threshold");
    return {};
  }
  if (bounds.front() != 0) return fault("cat_boundaries", "expected the first to be 0");
  for (size_t i = 1; i < bounds.size(); ++i)
    if (bounds[i] < bounds[i - 1]) return fault("cat_boundaries", "expected them to ascend");
  if (bounds.back() != tree.category_words.size())
    return fault("cat_boundaries", "the last is " + std::to_string(bounds.back()) + ", expected " +
                                       std::to_string(tree.category_words.size()) + ", the size of cat_threshold");
  return {};
}

Checked check_node(const RawTree& tree, size_t i, size_t inputs) {
  if (tree.feature[i] < 0 || static_cast<size_t>(tree.feature[i]) >= inputs)
    return fault("split_feature", node_text(i, "found feature " + std::to_string(tree.feature[i]) + ", expected 0 to " +
                                                   std::to_string(static_cast<int64_t>(inputs) - 1)));
  if (tree.decision[i] > 11)
    return fault("decision_type", node_text(i, "found " + std::to_string(tree.decision[i]) + ", expected 0 to 11"));
  if (std::isnan(tree.threshold[i])) return fault("threshold", node_text(i, "found nan, expected a number"));
  if ((tree.decision[i] & 1) == 0) return {};
  const double set = tree.threshold[i];
  const double sets = tree.category_bounds.empty() ? 0 : static_cast<double>(tree.category_bounds.size() - 1);
  if (!(set >= 0 && set < sets) || set != std::floor(set))
    return fault("threshold", node_text(i, "found category set " + std::to_string(set) + ", expected one of " +
                                               std::to_string(static_cast<int64_t>(sets))));
  return {};
}

// Breadth first from the root: `order` lists the file's node numbers, parents first.
struct Layout {
  std::vector<int32_t> order;
  std::vector<int32_t> place;  // Where in `order` each node of the file went; -1: not reached.
  uint32_t depth = 0;
};

class LayoutFinder {
 public:
  explicit LayoutFinder(const RawTree& tree)
      : tree_(tree), leaf_seen_(leaves_of(tree)), found_{{}, std::vector<int32_t>(tree.feature.size(), -1), 0} {}

  std::expected<Layout, TreeFault> find() {
    if (tree_.feature.empty()) return std::move(found_);
    if (tree_.oblivious) return levels();
    reach(0);
    for (size_t done = 0; done < found_.order.size();) {
      ++found_.depth;
      for (const size_t end = found_.order.size(); done < end; ++done) {
        const auto node = static_cast<size_t>(found_.order[done]);
        if (auto ok = child("left_child", node, tree_.left[node]); !ok) return std::unexpected(ok.error());
        if (auto ok = child("right_child", node, tree_.right[node]); !ok) return std::unexpected(ok.error());
      }
    }
    // Each child is new, so with all nodes reached all leaves are: n nodes have 2n children, n - 1 of them nodes.
    if (found_.order.size() == tree_.feature.size()) return std::move(found_);
    return fault("left_child", std::to_string(tree_.feature.size() - found_.order.size()) +
                                   " nodes cannot be reached from the root, expected a tree");
  }

 private:
  Layout levels() {
    for (size_t node = 0; node < tree_.feature.size(); ++node) reach(node);
    found_.depth = static_cast<uint32_t>(tree_.feature.size());
    return std::move(found_);
  }

  void reach(size_t node) {
    found_.place[node] = static_cast<int32_t>(found_.order.size());
    found_.order.push_back(static_cast<int32_t>(node));
  }

  Checked child(std::string_view field, size_t node, int32_t to) {
    const bool leaf = to < 0;
    const auto index = static_cast<size_t>(leaf ? ~to : to);
    const size_t count = leaf ? leaf_seen_.size() : found_.place.size();
    if (index >= count)
      return fault(field,
                   node_text(node, "found " + std::to_string(to) + ", expected -" + std::to_string(leaf_seen_.size()) +
                                       " to " + std::to_string(found_.place.size() - 1)));
    if (leaf ? leaf_seen_[index] : found_.place[index] >= 0)
      return fault(field, node_text(node, "found " + std::to_string(to) + " a second time, expected a tree"));
    if (leaf)
      leaf_seen_[index] = true;
    else
      reach(index);
    return {};
  }

  const RawTree& tree_;
  std::vector<bool> leaf_seen_;
  Layout found_;
};

FlatNode flat_node(const RawTree& tree, const Layout& layout, size_t i, uint32_t first_word) {
  auto placed = [&](const std::vector<int32_t>& children) {
    if (tree.oblivious) return 0;
    return children[i] < 0 ? children[i] : layout.place[static_cast<size_t>(children[i])];
  };
  FlatNode node{.threshold = tree.threshold[i],
                .feature = tree.feature[i],
                .left = placed(tree.left),
                .right = placed(tree.right),
                .missing = static_cast<Missing>(tree.decision[i] >> 2),
                .default_left = (tree.decision[i] & 2) != 0,
                .categorical = (tree.decision[i] & 1) != 0};
  if (node.categorical) {
    const auto set = static_cast<size_t>(tree.threshold[i]);
    node.category_first = first_word + tree.category_bounds[set];
    node.category_words = tree.category_bounds[set + 1] - tree.category_bounds[set];
  }
  return node;
}

// Children come after parents, so one pass from the back knows both children of every node.
void add_node_values(const RawTree& tree, const FlatTree& flat, FlatForest& forest) {
  const size_t count = flat.leaf_count - 1;
  std::vector<double> weight(count);
  forest.node_values.resize(flat.first_value + count * flat.width);
  struct Below {
    const double* values;
    double weight;
  };
  auto below = [&](int32_t child) -> Below {
    const auto at = static_cast<size_t>(child < 0 ? ~child : child);
    if (child >= 0) return {forest.node_values.data() + flat.first_value + at * flat.width, weight[at]};
    return {tree.leaf_value.data() + at * flat.width, tree.leaf_weight.empty() ? 1 : tree.leaf_weight[at]};
  };
  for (size_t i = count; i-- > 0;) {
    const FlatNode& node = forest.nodes[flat.first_node + i];
    const Below left = below(node.left);
    const Below right = below(node.right);
    weight[i] = left.weight + right.weight;
    const double share = weight[i] > 0 ? left.weight / weight[i] : 0.5;
    for (size_t k = 0; k < flat.width; ++k)
      forest.node_values[flat.first_value + i * flat.width + k] =
          left.values[k] * share + right.values[k] * (1 - share);
  }
}

}  // namespace

Checked add_tree(const RawTree& tree, FlatForest& forest) {
  AUGURY_CHECKED(check_lengths(tree, forest.outputs));
  AUGURY_CHECKED(check_leaves(tree));
  AUGURY_CHECKED(check_categories(tree));
  for (size_t i = 0; i < tree.feature.size(); ++i) {
    AUGURY_CHECKED(check_node(tree, i, forest.inputs.size()));
  }
  auto layout = LayoutFinder(tree).find();
  if (!layout) return std::unexpected(layout.error());

  FlatTree flat{
      .first_node = static_cast<uint32_t>(forest.nodes.size()),
      .first_leaf = static_cast<uint32_t>(forest.leaves.size()),
      .leaf_count = static_cast<uint32_t>(leaves_of(tree)),
      .depth = layout->depth,
      .output = tree.output,
      .width = tree.width,
      .first_value = static_cast<uint32_t>((tree.oblivious ? forest.leaf_weights : forest.node_values).size()),
      .oblivious = tree.oblivious,
      .weighted = tree.oblivious && !tree.leaf_weight.empty()};
  const auto first_word = static_cast<uint32_t>(forest.category_words.size());
  for (int32_t i : layout->order) {
    forest.nodes.push_back(flat_node(tree, *layout, static_cast<size_t>(i), first_word));
    flat.categorical |= forest.nodes.back().categorical;
  }
  forest.leaves.insert(forest.leaves.end(), tree.leaf_value.begin(), tree.leaf_value.end());
  forest.category_words.insert(forest.category_words.end(), tree.category_words.begin(), tree.category_words.end());
  if (tree.oblivious)
    forest.leaf_weights.insert(forest.leaf_weights.end(), tree.leaf_weight.begin(), tree.leaf_weight.end());
  else
    add_node_values(tree, flat, forest);
  forest.trees.push_back(flat);
  return {};
}

}  // namespace augury::model
