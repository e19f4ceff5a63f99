// Trees written as objects within objects: {"split": .., "left": {..}, "right": {..}}.
//
// Read without recursion: a file may hold a chain as long as itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"
#include "model/tree/flat_forest.h"
#include "wire/value_stream.h"

namespace augury::model {

// What an object says of itself; a leaf if it holds no children.
struct NestedNode {
  int32_t feature = -1;
  double threshold = 0;
  uint8_t decision = 0;
  double weight = 1;
  int32_t values = -1;  // Leaf: where in RawTree::leaf_value its values begin; -1: none yet.

  int32_t number = -1;  // In the tree, once it is known to be no leaf.
  int32_t left = kNone;
  int32_t right = kNone;
  static constexpr int32_t kNone = INT32_MIN;
};

// Names of the children, and the reader of all other members.
class NestedFormat {
 public:
  NestedFormat(std::string_view left, std::string_view right) : left_name(left), right_name(right) {}
  virtual ~NestedFormat() = default;

  // Takes the value of `member` if it matters, into `node` or, values of a leaf, at the end of tree.leaf_value; false:
  // it does not.
  virtual Result<bool> take(std::string_view member, wire::ValueStream& in, NestedNode& node, RawTree& tree) = 0;
  // After the last member of a node that is no leaf: Corrupt if something is lacking.
  virtual Result<void> finish(NestedNode& node, RawTree& tree) = 0;

  const std::string_view left_name;
  const std::string_view right_name;
};

// Reads the tree that stands here into `tree`, whose width is set. Corrupt, with the byte where there is one.
Result<void> read_nested_tree(wire::ValueStream& in, NestedFormat& format, RawTree& tree);

}  // namespace augury::model
