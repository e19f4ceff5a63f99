#include "model/tree/packed_forest.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace augury::model {
namespace {

constexpr int32_t kLowest = std::numeric_limits<int32_t>::min();
constexpr int32_t kHighest = std::numeric_limits<int32_t>::max();
// PackedNode::column counts half-rows of a block, so that scaling it by 8 bytes addresses a column.
constexpr size_t kColumnUnit = PackedForest::kLanes / 2;
constexpr size_t kColumnsMax = 65'536 / kColumnUnit;
constexpr size_t kLeavesMax = 32'768;  // 65,535 nodes.

}  // namespace

int32_t float_key(float value) {
  const auto bits = std::bit_cast<int32_t>(value);
  return bits ^ ((bits >> 31) & 0x7fffffff);
}

float float_threshold(double threshold) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kLargest = std::numeric_limits<float>::max();
  const auto zero = static_cast<double>(kZero);
  if (threshold >= 0 && threshold < zero) return kZero;
  if (threshold < 0 && threshold >= -zero) return std::nextafter(-kZero, -kInfinity);
  if (std::isinf(threshold)) return threshold > 0 ? kInfinity : -kInfinity;
  if (threshold >= static_cast<double>(kLargest)) return kLargest;
  if (threshold < -static_cast<double>(kLargest)) return -kInfinity;
  const auto nearest = static_cast<float>(threshold);
  return static_cast<double>(nearest) <= threshold ? nearest : std::nextafter(nearest, -kInfinity);
}

int32_t float_key_of_threshold(float threshold, bool strict) {
  if (threshold == 0) threshold = strict ? -0.0f : 0.0f;  // Both zeros are on the same side.
  return float_key(threshold) - (strict ? 1 : 0);
}

PackedForest::PackedForest(const FlatForest& forest) : forest_(forest), columns_(1) {
  column_ids_.resize(forest.inputs.size() * 4);
  for (const FlatTree& tree : forest.trees) {
    PackedTree packed{.first_node = static_cast<uint32_t>(nodes_.size()),
                      .first_leaf = tree.first_leaf,
                      .depth = tree.depth,
                      .output = tree.output,
                      .width = tree.width,
                      .oblivious = tree.oblivious};
    packed.packed = pack(tree, packed);
    packed_count_ += packed.packed ? 1 : 0;
    trees_.push_back(packed);
  }
  column_ids_ = {};
}

// Breadth first, so that children are neighbours and the nodes near the root share cache lines.
bool PackedForest::pack(const FlatTree& tree, const PackedTree& packed) {
  const size_t new_columns = tree.oblivious ? tree.depth : tree.leaf_count;
  if (tree.categorical || columns_.size() + new_columns > kColumnsMax) return false;
  if (tree.oblivious) return pack_levels(tree), true;
  if (tree.leaf_count > kLeavesMax) return false;
  nodes_.resize(packed.first_node + 2 * size_t{tree.leaf_count} - 1);
  std::vector<int32_t> source{tree.leaf_count == 1 ? ~0 : 0};  // As FlatNode's children: the node each place holds.
  for (size_t place = 0; place < source.size(); ++place) {
    PackedNode& node = nodes_[packed.first_node + place];
    if (source[place] < 0) {
      node = {.key = ~source[place], .column = 0, .child = static_cast<uint16_t>(place)};
      continue;
    }
    const FlatNode& flat = forest_.nodes[tree.first_node + static_cast<size_t>(source[place])];
    node = pack_node(flat, static_cast<uint16_t>(source.size()));
    source.push_back(flat.left);
    source.push_back(flat.right);
  }
  return true;
}

void PackedForest::pack_levels(const FlatTree& tree) {
  for (size_t level = 0; level < tree.depth; ++level)
    nodes_.push_back(pack_node(forest_.nodes[tree.first_node + level], 0));
}

PackedNode PackedForest::pack_node(const FlatNode& node, uint16_t child) {
  if (forest_.arithmetic.float_inputs) {
    const PackedColumn wanted{.feature = static_cast<uint32_t>(node.feature), .missing_left = node.default_left};
    const auto threshold = static_cast<float>(node.threshold);
    return {
        .key = float_key_of_threshold(threshold, forest_.arithmetic.strict), .column = column(wanted), .child = child};
  }
  const bool nan_left = node.missing == Missing::None ? 0 <= node.threshold : node.default_left;
  const PackedColumn wanted{.feature = static_cast<uint32_t>(node.feature),
                            .missing_left = nan_left,
                            .zero_missing = node.missing == Missing::Zero};
  return {.key = float_key(float_threshold(node.threshold)), .column = column(wanted), .child = child};
}

uint16_t PackedForest::column(const PackedColumn& wanted) {
  uint32_t& id =
      column_ids_[size_t{wanted.feature} * 4 + (wanted.missing_left ? 2 : 0) + (wanted.zero_missing ? 1 : 0)];
  if (id == 0) {
    id = static_cast<uint32_t>(columns_.size());
    columns_.push_back(wanted);
  }
  return static_cast<uint16_t>(id * kColumnUnit);
}

namespace {

int32_t key_of(const PackedColumn& column, float value) {
  const bool missing = std::isnan(value) || (column.zero_missing && std::abs(value) <= kZero);
  if (missing) return column.missing_left ? kLowest : kHighest;
  return float_key(value);
}

}  // namespace

void PackedForest::fill(const float* rows, size_t lanes, int32_t* block) const {
  const size_t inputs = forest_.inputs.size();
  std::fill_n(block, kLanes, kLowest);
  for (size_t c = 1; c < columns_.size(); ++c) {
    const PackedColumn& column = columns_[c];
    const float* from = rows + column.feature;
    for (size_t lane = 0; lane < lanes; ++lane) block[c * kLanes + lane] = key_of(column, from[lane * inputs]);
    for (size_t lane = lanes; lane < kLanes; ++lane) block[c * kLanes + lane] = kLowest;
  }
}

void PackedForest::fill_row(const float* row, int32_t* keys) const {
  keys[0] = kLowest;
  for (size_t c = 1; c < columns_.size(); ++c) keys[c] = key_of(columns_[c], row[columns_[c].feature]);
}

}  // namespace augury::model
