// The same forest, laid out to be walked fast: eight rows (or eight trees of one row) a step, without a branch.
//
// A node is eight bytes. A comparison of floats becomes one of integers: a float's bits, flipped where negative, order
// as the floats do. A row is first rewritten into columns of such keys, and what a missing value does is settled
// there, once per value and not per node: NaN becomes the lowest key for nodes that send it left, the highest for the
// others, so one feature may have up to four columns. Then a step is
//
//      n = child + (column[n.column] > n.key)          the right child follows the left one
//
// A leaf goes round to itself (column 0 is below every key), so that every lane may take as many steps as the longest
// path; its key is its number. LightGBM's thresholds are doubles; the key is the greatest float that is not above, so
// every float falls on the same side. For `value < threshold` the key is the one below the threshold's.
//
// An oblivious tree is a node per level, and the leaf's number comes bit by bit:
//
//      leaf |= (column[n.column] > n.key) << level
//
// Trees with categorical nodes, or too large for 16-bit numbers, are walked by the reference's rules instead.
//
// Immutable after construction. Margins are equal to the reference's, bit for bit.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/tree/flat_forest.h"

namespace augury::model {

// What turns a feature into a column of keys.
struct PackedColumn {
  uint32_t feature = 0;
  bool missing_left = false;  // NaN sorts below everything, not above.
  bool zero_missing = false;  // And so does what is within kZero of 0.
};

struct PackedNode {
  int32_t key = 0;      // Leaf: its number in the tree.
  uint16_t column = 0;  // Times kLanes / 2: the half-rows to skip in a block.
  uint16_t child = 0;   // Unused if the tree is oblivious.
};
static_assert(sizeof(PackedNode) == 8);

struct PackedTree {
  uint32_t first_node = 0;
  uint32_t first_leaf = 0;
  uint32_t depth = 0;
  uint32_t output = 0;
  uint32_t width = 1;   // Values per leaf.
  bool packed = false;  // Otherwise only the flat form has it.
  bool oblivious = false;
};

class PackedForest {
 public:
  static constexpr size_t kLanes = 8;

  // Keeps a reference to `forest`.
  explicit PackedForest(const FlatForest& forest);

  // `rows` is row-major. `margins`, count by outputs, are overwritten.
  void margins(const float* rows, size_t count, double* margins) const;

  size_t packed_trees() const { return packed_count_; }

 private:
  // A block: all columns of kLanes rows, lane by lane within a column.
  using Block = std::vector<int32_t>;

  bool pack(const FlatTree& tree, const PackedTree& packed);
  void pack_levels(const FlatTree& tree);
  PackedNode pack_node(const FlatNode& node, uint16_t child);
  uint16_t column(const PackedColumn& wanted);
  void fill(const float* rows, size_t lanes, int32_t* block) const;
  void fill_row(const float* row, int32_t* keys) const;
  void start(size_t count, double* margins) const;
  void add_tile(const float* rows, size_t count, double* margins) const;
  void add_oblivious(const PackedTree& tree, const int32_t* keys, size_t count, double* margins) const;
  void add_row(const float* row, double* margins) const;
  void add_leaf(const PackedTree& tree, const double* leaf, double* margins) const;

  const FlatForest& forest_;
  size_t packed_count_ = 0;
  std::vector<PackedColumn> columns_;  // Column 0 is the constant.
  std::vector<uint32_t> column_ids_;   // By feature * 4 + kind; 0: none yet. Empty once built.
  std::vector<PackedTree> trees_;
  std::vector<PackedNode> nodes_;
};

// Exposed for tests: the greatest float f such that `x <= threshold`, as LightGBM reads x, holds exactly for the
// floats x <= f; the key that orders as floats do; and the key such that keys above it are the floats that go right at
// a threshold in a forest of floats.
float float_threshold(double threshold);
int32_t float_key(float value);
int32_t float_key_of_threshold(float threshold, bool strict);

}  // namespace augury::model
