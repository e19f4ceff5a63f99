#include "model/tree/xgboost_tree.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "model/number_text.h"

namespace augury::model {
namespace {

// The lists of a tree: one value per node, but for those of categories.
struct Lists {
  std::vector<int32_t> left, right, feature;
  std::vector<float> condition;  // A split's threshold or a leaf's value.
  std::vector<float> hessian;
  std::vector<uint8_t> default_left, type;
  std::vector<int32_t> categories, category_nodes;
  std::vector<int64_t> category_firsts, category_counts;
  std::optional<int64_t> nodes, leaf_size;
};

template <typename T>
Result<T> read_value(wire::ValueStream& in) {
  if constexpr (std::is_same_v<T, float>) {
    return in.number_as_float();
  } else {
    AUGURY_TRY(const auto kind, in.kind());
    if (kind == wire::ValueStream::Kind::Boolean) {  // default_left of XGBoost 1.
      AUGURY_TRY(const bool value, in.boolean());
      return static_cast<T>(value ? 1 : 0);
    }
    AUGURY_TRY(const int64_t value, in.integer());
    if (!std::in_range<T>(value)) return in.wrong(std::to_string(value) + " before here", "a number in range");
    return static_cast<T>(value);
  }
}

template <typename T>
Result<bool> read_list(wire::ValueStream& in, std::vector<T>& values) {
  values.clear();
  auto walked = each_element(in, [&]() -> Result<void> {
    AUGURY_TRY(const T value, read_value<T>(in));
    values.push_back(value);
    return {};
  });
  AUGURY_TRY_VOID(std::move(walked));
  return true;
}

Result<bool> read_parameters(wire::ValueStream& in, Lists& lists) {
  auto walked = each_member(in, [&](std::string_view member) -> Result<bool> {
    if (member != "num_nodes" && member != "size_leaf_vector") return false;
    AUGURY_TRY(const std::string text, in.text());
    const auto value = read_integer<int64_t>(text);
    if (!value) return in.wrong("'" + text.substr(0, 40) + "' before here", "a whole number");
    (member == "num_nodes" ? lists.nodes : lists.leaf_size) = *value;
    return true;
  });
  AUGURY_TRY_VOID(std::move(walked));
  return true;
}

Result<Lists> read_lists(wire::ValueStream& in) {
  Lists lists;
  auto walked = each_member(in, [&](std::string_view member) -> Result<bool> {
    if (member == "left_children") return read_list(in, lists.left);
    if (member == "right_children") return read_list(in, lists.right);
    if (member == "split_indices") return read_list(in, lists.feature);
    if (member == "split_conditions") return read_list(in, lists.condition);
    if (member == "sum_hessian") return read_list(in, lists.hessian);
    if (member == "default_left") return read_list(in, lists.default_left);
    if (member == "split_type") return read_list(in, lists.type);
    if (member == "categories") return read_list(in, lists.categories);
    if (member == "categories_nodes") return read_list(in, lists.category_nodes);
    if (member == "categories_segments") return read_list(in, lists.category_firsts);
    if (member == "categories_sizes") return read_list(in, lists.category_counts);
    if (member == "tree_param") return read_parameters(in, lists);
    return false;
  });
  AUGURY_TRY_VOID(std::move(walked));
  return lists;
}

Error corrupt(std::string_view list, const std::string& what) {
  return Error{Code::Corrupt, std::string(list) + ": " + what};
}

Result<void> check_size(std::string_view list, size_t found, size_t expected) {
  if (found == expected) return {};
  return corrupt(list, "found " + std::to_string(found) + " values, expected " + std::to_string(expected));
}

Result<void> check_sizes(const Lists& lists) {
  const size_t nodes = lists.left.size();
  if (nodes == 0) return corrupt("left_children", "found no values, expected at least 1");
  if (lists.leaf_size && *lists.leaf_size > 1)
    return Error{Code::Invalid,
                 "leaves with several values (multi_strategy=multi_output_tree) are not built; train with "
                 "one_output_per_tree"};
  if (lists.nodes && !std::cmp_equal(*lists.nodes, nodes))
    return corrupt("num_nodes", "found " + std::to_string(*lists.nodes) + ", expected " + std::to_string(nodes) +
                                    ", the size of left_children");
  AUGURY_TRY_VOID(check_size("right_children", lists.right.size(), nodes));
  AUGURY_TRY_VOID(check_size("split_indices", lists.feature.size(), nodes));
  AUGURY_TRY_VOID(check_size("split_conditions", lists.condition.size(), nodes));
  AUGURY_TRY_VOID(check_size("default_left", lists.default_left.size(), nodes));
  if (!lists.hessian.empty()) AUGURY_TRY_VOID(check_size("sum_hessian", lists.hessian.size(), nodes));
  if (!lists.type.empty()) AUGURY_TRY_VOID(check_size("split_type", lists.type.size(), nodes));
  AUGURY_TRY_VOID(check_size("categories_segments", lists.category_firsts.size(), lists.category_nodes.size()));
  return check_size("categories_sizes", lists.category_counts.size(), lists.category_nodes.size());
}

class Converter {
 public:
  Converter(const Lists& lists, CategorySets& sets)
      : lists_(lists), sets_(sets), place_(lists.left.size(), kUnseen), set_(lists.left.size(), kUnseen) {}

  Result<RawTree> convert() {
    AUGURY_TRY_VOID(read_sets());
    // Depth first, without recursion: a file may hold a chain as long as itself.
    AUGURY_TRY_VOID(reach(0, 0));
    while (!open_.empty()) {
      const size_t node = open_.back();
      open_.pop_back();
      AUGURY_TRY_VOID(reach(lists_.left[node], node));
      AUGURY_TRY_VOID(reach(lists_.right[node], node));
    }
    for (size_t node = 0; node < place_.size(); ++node)
      if (place_[node] >= 0) set_children(node);
    return std::move(tree_);
  }

 private:
  static constexpr int32_t kUnseen = INT32_MIN;

  Result<void> read_sets() {
    for (size_t i = 0; i < lists_.category_nodes.size(); ++i) {
      const int32_t node = lists_.category_nodes[i];
      const int64_t first = lists_.category_firsts[i];
      const int64_t count = lists_.category_counts[i];
      const auto all = static_cast<int64_t>(lists_.categories.size());
      if (node < 0 || static_cast<size_t>(node) >= set_.size())
        return corrupt("categories_nodes",
                       "found node " + std::to_string(node) + ", expected 0 to " + std::to_string(set_.size() - 1));
      if (first < 0 || first > all || count < 0 || count > all - first)
        return corrupt("categories_segments", "found " + std::to_string(count) + " categories from " +
                                                  std::to_string(first) + " on, expected them within " +
                                                  std::to_string(all));
      const auto begin = lists_.categories.begin() + first;
      AUGURY_TRY(const size_t set, sets_.add(std::vector<int64_t>(begin, begin + count), tree_));
      set_[static_cast<size_t>(node)] = static_cast<int32_t>(set);
    }
    return {};
  }

  // Gives a node of the file its place as a node or a leaf, once.
  Result<void> reach(int32_t at, size_t parent) {
    if (at < 0 || static_cast<size_t>(at) >= place_.size())
      return corrupt("left_children", "node " + std::to_string(parent) + ": found child " + std::to_string(at) +
                                          ", expected 0 to " + std::to_string(place_.size() - 1));
    const auto node = static_cast<size_t>(at);
    if (place_[node] != kUnseen)
      return corrupt("left_children", "node " + std::to_string(parent) + ": found child " + std::to_string(at) +
                                          " a second time, expected a tree");
    if ((lists_.left[node] == -1) != (lists_.right[node] == -1))
      return corrupt("left_children", "node " + std::to_string(at) + ": found one child, expected none or two");
    if (lists_.left[node] == -1) {
      place_[node] = ~static_cast<int32_t>(tree_.leaf_value.size());
      tree_.leaf_value.push_back(static_cast<double>(lists_.condition[node]));
      if (!lists_.hessian.empty()) tree_.leaf_weight.push_back(weight(node));
      return {};
    }
    place_[node] = static_cast<int32_t>(tree_.feature.size());
    open_.push_back(node);
    return add_node(node);
  }

  // A custom loss may make it negative or no number. It only explains scores, so it refuses no model.
  double weight(size_t node) const {
    const auto hessian = static_cast<double>(lists_.hessian[node]);
    return hessian > 0 && std::isfinite(hessian) ? hessian : 0;
  }

  bool categorical(size_t node) const { return !lists_.type.empty() && lists_.type[node] == 1; }

  Result<void> add_node(size_t node) {
    if (!lists_.type.empty() && lists_.type[node] > 1)
      return Error{Code::Invalid, "split_type: node " + std::to_string(node) + ": type " +
                                      std::to_string(lists_.type[node]) + " is not known; expected 0 or 1"};
    const bool sets = categorical(node);
    if (sets && set_[node] == kUnseen)
      return corrupt("categories_nodes", "found no categories of node " + std::to_string(node) + ", expected a set");
    tree_.feature.push_back(lists_.feature[node]);
    tree_.threshold.push_back(sets ? set_[node] : static_cast<double>(lists_.condition[node]));
    constexpr int kMissingIsNan = 2 << 2;
    const bool missing_left = (lists_.default_left[node] != 0) != sets;
    tree_.decision.push_back(static_cast<uint8_t>(kMissingIsNan | (missing_left ? 2 : 0) | (sets ? 1 : 0)));
    return {};
  }

  void set_children(size_t node) {
    const auto at = static_cast<size_t>(place_[node]);
    tree_.left.resize(tree_.feature.size());
    tree_.right.resize(tree_.feature.size());
    int32_t left = place_[static_cast<size_t>(lists_.left[node])];
    int32_t right = place_[static_cast<size_t>(lists_.right[node])];
    if (categorical(node)) std::swap(left, right);
    tree_.left[at] = left;
    tree_.right[at] = right;
  }

  const Lists& lists_;
  CategorySets& sets_;
  std::vector<int32_t> place_;  // Of each node of the file: in tree_, or ~leaf.
  std::vector<int32_t> set_;    // Of each node of the file: its categories.
  std::vector<size_t> open_;
  RawTree tree_;
};

}  // namespace

Result<RawTree> read_xgboost_tree(wire::ValueStream& in, CategorySets& sets) {
  AUGURY_TRY(const Lists lists, read_lists(in));
  AUGURY_TRY_VOID(check_sizes(lists));
  return Converter(lists, sets).convert();
}

}  // namespace augury::model
