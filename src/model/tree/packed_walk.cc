#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "model/tree/packed_forest.h"
#include "model/tree/reference_scorer.h"

namespace augury::model {
namespace {

constexpr size_t kLanes = PackedForest::kLanes;
constexpr size_t kTileBlocks = 16;  // 128 rows: their columns stay in the second-level cache while trees pass by.

using Places = std::array<uint32_t, kLanes>;

// One row per lane. `block` holds kLanes keys per column.
inline void step_rows(const PackedNode* nodes, const int32_t* block, Places& at) {
#pragma GCC unroll 8
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const PackedNode& node = nodes[at[lane]];
    const int32_t value = block[size_t{node.column} * 2 + lane];
    at[lane] = uint32_t{node.child} + (value > node.key ? 1u : 0u);
  }
}

// One tree per lane. `keys` holds one row's key per column.
inline void step_trees(const std::array<const PackedNode*, kLanes>& nodes, const int32_t* keys, Places& at) {
#pragma GCC unroll 8
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const PackedNode& node = nodes[lane][at[lane]];
    const int32_t value = keys[node.column / (kLanes / 2)];
    at[lane] = uint32_t{node.child} + (value > node.key ? 1u : 0u);
  }
}

// Scratch of a thread: grows to the widest model it has scored.
std::vector<int32_t>& scratch(size_t size) {
  thread_local std::vector<int32_t> keys;
  if (keys.size() < size) keys.resize(size);
  return keys;
}

}  // namespace

void PackedForest::margins(const float* rows, size_t count, double* margins) const {
  const size_t inputs = forest_.inputs.size();
  const size_t outputs = forest_.outputs;
  std::fill_n(margins, count * outputs, 0.0);
  while (count > 0) {
    // Few rows fill few lanes: better eight trees at a time.
    if (count <= 2) {
      add_row(rows, margins);
      rows += inputs, margins += outputs, --count;
      continue;
    }
    const size_t tile = std::min(count, kTileBlocks * kLanes);
    add_tile(rows, tile, margins);
    rows += tile * inputs, margins += tile * outputs, count -= tile;
  }
}

void PackedForest::add_tile(const float* rows, size_t count, double* margins) const {
  const size_t inputs = forest_.inputs.size();
  const size_t blocks = (count + kLanes - 1) / kLanes;
  const size_t block_size = columns_.size() * kLanes;
  int32_t* keys = scratch(blocks * block_size).data();
  for (size_t b = 0; b < blocks; ++b)
    fill(rows + b * kLanes * inputs, std::min(kLanes, count - b * kLanes), keys + b * block_size);

  for (size_t t = 0; t < trees_.size(); ++t) {
    const PackedTree& tree = trees_[t];
    double* out = margins + t % forest_.outputs;
    if (!tree.packed) {
      for (size_t row = 0; row < count; ++row)
        out[row * forest_.outputs] += forest_.leaves[leaf_of(forest_, forest_.trees[t], rows + row * inputs)];
      continue;
    }
    const PackedNode* nodes = nodes_.data() + tree.first_node;
    const double* leaves = forest_.leaves.data() + tree.first_leaf;
    for (size_t b = 0; b < blocks; ++b) {
      Places at{};
      for (uint32_t step = 0; step < tree.depth; ++step) step_rows(nodes, keys + b * block_size, at);
      const size_t lanes = std::min(kLanes, count - b * kLanes);
      for (size_t lane = 0; lane < lanes; ++lane)
        out[(b * kLanes + lane) * forest_.outputs] += leaves[nodes[at[lane]].key];
    }
  }
}

void PackedForest::add_row(const float* row, double* margins) const {
  int32_t* keys = scratch(columns_.size()).data();
  fill_row(row, keys);
  const auto add = [&](size_t t, double value) { margins[t % forest_.outputs] += value; };
  for (size_t t = 0; t < trees_.size();) {
    if (!trees_[t].packed) {
      add(t, forest_.leaves[leaf_of(forest_, forest_.trees[t], row)]);
      ++t;
      continue;
    }
    std::array<const PackedNode*, kLanes> nodes;
    nodes.fill(nodes_.data() + trees_[t].first_node);
    size_t lanes = 0;
    uint32_t depth = 0;
    for (; lanes < kLanes && t + lanes < trees_.size() && trees_[t + lanes].packed; ++lanes) {
      nodes[lanes] = nodes_.data() + trees_[t + lanes].first_node;
      depth = std::max(depth, trees_[t + lanes].depth);
    }
    Places at{};
    for (uint32_t step = 0; step < depth; ++step) step_trees(nodes, keys, at);
    for (size_t lane = 0; lane < lanes; ++lane, ++t)
      add(t, forest_.leaves[trees_[t].first_leaf + static_cast<size_t>(nodes[lane][at[lane]].key)]);
  }
}

}  // namespace augury::model
