#include "model/tree/nested_tree.h"

namespace augury::model {
namespace {

class NestedReader {
 public:
  NestedReader(wire::ValueStream& in, NestedFormat& format, RawTree& tree) : in_(in), format_(format), tree_(tree) {}

  Result<void> read() {
    AUGURY_TRY_VOID(open());
    std::string member;
    while (!open_.empty()) {
      AUGURY_TRY(const bool more, in_.next_member(member));
      if (!more) {
        AUGURY_TRY_VOID(close());
      } else if (member == format_.left_name || member == format_.right_name) {
        AUGURY_TRY_VOID(open_child(member == format_.left_name));
      } else {
        AUGURY_TRY(const bool taken, format_.take(member, in_, open_.back(), tree_));
        if (!taken) AUGURY_TRY_VOID(in_.skip());
      }
    }
    return {};
  }

 private:
  Result<void> open() {
    AUGURY_TRY_VOID(in_.begin_object());
    open_.push_back({});
    return {};
  }

  // A node gets its number before its children get theirs: the root is 0.
  Result<void> open_child(bool left) {
    NestedNode& parent = open_.back();
    if ((left ? parent.left : parent.right) != NestedNode::kNone)
      return in_.wrong(std::string(left ? format_.left_name : format_.right_name) + " twice", "one child of that name");
    if (parent.number < 0) {
      parent.number = static_cast<int32_t>(tree_.feature.size());
      tree_.feature.push_back(0);
      tree_.threshold.push_back(0);
      tree_.decision.push_back(0);
      tree_.left.push_back(0);
      tree_.right.push_back(0);
    }
    (left ? parent.left : parent.right) = kOpen;
    return open();
  }

  Result<void> close() {
    NestedNode node = open_.back();
    open_.pop_back();
    int32_t number = node.number;
    if (number >= 0) {
      AUGURY_TRY_VOID(close_node(node));
    } else {
      if (node.values < 0) return in_.wrong("neither children nor a value before here", "one of them");
      number = ~static_cast<int32_t>(static_cast<size_t>(node.values) / tree_.width);
      tree_.leaf_weight.push_back(node.weight);
    }
    if (open_.empty()) return {};
    NestedNode& parent = open_.back();
    (parent.left == kOpen ? parent.left : parent.right) = number;
    return {};
  }

  Result<void> close_node(NestedNode& node) {
    if (node.values >= 0) return in_.wrong("children and a value before here", "one of them");
    if (node.left == NestedNode::kNone || node.right == NestedNode::kNone)
      return in_.wrong("one child before here", "both or none");
    AUGURY_TRY_VOID(format_.finish(node, tree_));
    const auto at = static_cast<size_t>(node.number);
    tree_.feature[at] = node.feature;
    tree_.threshold[at] = node.threshold;
    tree_.decision[at] = node.decision;
    tree_.left[at] = node.left;
    tree_.right[at] = node.right;
    return {};
  }

  static constexpr int32_t kOpen = INT32_MIN + 1;  // The child is being read.

  wire::ValueStream& in_;
  NestedFormat& format_;
  RawTree& tree_;
  std::vector<NestedNode> open_;
};

}  // namespace

Result<void> read_nested_tree(wire::ValueStream& in, NestedFormat& format, RawTree& tree) {
  return NestedReader(in, format, tree).read();
}

}  // namespace augury::model
