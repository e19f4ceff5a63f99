// A validated forest of decision trees, whatever file it came from.
//
// Every format is read into RawTrees, every RawTree passes through add_tree(), and only what that accepts is ever
// walked: all indices are inside, every node and leaf is reached from the root exactly once, children come after
// their parent. So a walk needs no checks and always ends. What libraries do differently is Arithmetic.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "model/tree/link.h"

namespace augury::model {

// What counts as missing at a node.
enum class Missing : uint8_t {
  None,  // Nothing; NaN is read as 0.
  Zero,  // NaN, and what lies within kZero of 0.
  NaN,   // NaN.
};

// LightGBM reads values this close to zero as zero.
inline constexpr float kZero = 1e-35f;

// How the library that trained the forest compares and adds.
struct Arithmetic {
  // Inputs and thresholds are floats, compared as they are; a double is rounded first. Otherwise doubles, and what lies
  // within kZero of 0 is 0.
  bool float_inputs = false;
  bool strict = false;      // Left if value < threshold, not <=. Only with float_inputs.
  bool float_sums = false;  // Every addition is rounded to a float.
};

struct FlatNode {
  double threshold = 0;  // Left if value <= threshold; see Arithmetic.
  int32_t feature = 0;
  int32_t left = 0;  // >= 0: node of this tree. < 0: leaf ~left of this tree.
  int32_t right = 0;
  uint32_t category_first = 0;  // Categorical: left if the value's bit is set in these words.
  uint32_t category_words = 0;
  Missing missing = Missing::None;
  bool default_left = false;  // Where missing values go.
  bool categorical = false;
};

// Leaf l holds `width` values from leaves[first_leaf + l * width] on, for the outputs from `output` on.
//
// An oblivious tree asks one question per level, whatever the answers before: it has `depth` nodes, without children,
// and bit i of the leaf's number is set if node i sends the row right.
struct FlatTree {
  uint32_t first_node = 0;
  uint32_t first_leaf = 0;
  uint32_t leaf_count = 0;  // Nodes: one fewer; `depth` if oblivious.
  uint32_t depth = 0;       // Decisions on the longest path; 0 for a single leaf.
  uint32_t output = 0;
  uint32_t width = 1;
  uint32_t first_value = 0;  // In node_values, `width` for each node. Weighted: in leaf_weights, one for each leaf.
  bool categorical = false;
  bool oblivious = false;
  bool weighted = false;  // Oblivious, and the file says how many training rows each leaf had.
};

// The margin of an output is (start + its trees' leaves, in their order) * scale + bias.
struct FlatForest {
  std::vector<std::string> inputs;
  uint32_t outputs = 1;
  Arithmetic arithmetic;
  std::vector<double> start;  // By output; empty: 0.
  double scale = 1;
  std::vector<double> bias;  // By output; empty: neither scale nor bias is applied.
  bool average = false;      // Random forests: the link takes the sums divided by rounds(); margins stay sums.
  Link link;
  std::vector<FlatTree> trees;
  std::vector<FlatNode> nodes;
  std::vector<double> node_values;  // The average output below each node, weighted by its leaves' training rows.
  std::vector<double> leaves;
  std::vector<double> leaf_weights;  // Of oblivious trees only: the others have node_values.
  std::vector<uint32_t> category_words;

  double rounds() const { return static_cast<double>(trees.size() / outputs); }
};

// A tree as a file lists it. Children: >= 0 a node, < 0 the leaf ~child.
struct RawTree {
  uint32_t output = 0;
  uint32_t width = 1;
  bool oblivious = false;  // Then there are no children, one node per level and 2^levels leaves.
  std::vector<int32_t> feature, left, right;
  std::vector<double> threshold;          // Categorical: which of the category sets.
  std::vector<uint8_t> decision;          // Bit 0: categorical. 1: missing goes left. 2-3: Missing.
  std::vector<double> leaf_value;         // `width` for each leaf.
  std::vector<double> leaf_weight;        // Empty: all equal.
  std::vector<uint32_t> category_bounds;  // Set i is words [bounds[i], bounds[i + 1]).
  std::vector<uint32_t> category_words;
};

// What is wrong with a tree: the field as LightGBM names it, and what was found and expected.
struct TreeFault {
  std::string_view field;
  std::string what;
};

// Leaves `forest` as it was on a fault.
std::expected<void, TreeFault> add_tree(const RawTree& tree, FlatForest& forest);

}  // namespace augury::model
