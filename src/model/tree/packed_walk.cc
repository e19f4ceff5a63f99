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

// One row per lane, one level of an oblivious tree.
inline void step_level(const PackedNode& node, uint32_t level, const int32_t* block, Places& leaf) {
  const int32_t* values = block + size_t{node.column} * 2;
#pragma GCC unroll 8
  for (size_t lane = 0; lane < kLanes; ++lane) leaf[lane] |= (values[lane] > node.key ? 1u : 0u) << level;
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
  start(count, margins);
  const size_t total = count * outputs;
  double* const first = margins;
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
  if (forest_.bias.empty()) return;
  for (size_t i = 0; i < total; ++i) first[i] = first[i] * forest_.scale + forest_.bias[i % outputs];
}

void PackedForest::start(size_t count, double* margins) const {
  if (forest_.start.empty()) {
    std::fill_n(margins, count * forest_.outputs, 0.0);
    return;
  }
  for (size_t row = 0; row < count; ++row)
    std::copy_n(forest_.start.data(), forest_.outputs, margins + row * forest_.outputs);
}

inline void PackedForest::add_leaf(const PackedTree& tree, const double* leaf, double* margins) const {
  for (size_t k = 0; k < tree.width; ++k) {
    double& margin = margins[tree.output + k];
    margin += leaf[k];
    if (forest_.arithmetic.float_sums) margin = static_cast<double>(static_cast<float>(margin));
  }
}

void PackedForest::add_oblivious(const PackedTree& tree, const int32_t* keys, size_t count, double* margins) const {
  const PackedNode* nodes = nodes_.data() + tree.first_node;
  const double* leaves = forest_.leaves.data() + tree.first_leaf;
  for (size_t first = 0; first < count; first += kLanes, keys += columns_.size() * kLanes) {
    Places leaf{};
    for (uint32_t level = 0; level < tree.depth; ++level) step_level(nodes[level], level, keys, leaf);
    const size_t lanes = std::min(kLanes, count - first);
    for (size_t lane = 0; lane < lanes; ++lane)
      add_leaf(tree, leaves + size_t{leaf[lane]} * tree.width, margins + (first + lane) * forest_.outputs);
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
    if (!tree.packed) {
      for (size_t row = 0; row < count; ++row)
        add_leaf(tree, forest_.leaves.data() + leaf_of(forest_, forest_.trees[t], rows + row * inputs),
                 margins + row * forest_.outputs);
      continue;
    }
    if (tree.oblivious) {
      add_oblivious(tree, keys, count, margins);
      continue;
    }
    const PackedNode* nodes = nodes_.data() + tree.first_node;
    const double* leaves = forest_.leaves.data() + tree.first_leaf;
    const bool plain = tree.width == 1 && !forest_.arithmetic.float_sums;  // As LightGBM: worth a loop of its own.
    for (size_t b = 0; b < blocks; ++b) {
      Places at{};
      for (uint32_t step = 0; step < tree.depth; ++step) step_rows(nodes, keys + b * block_size, at);
      const size_t lanes = std::min(kLanes, count - b * kLanes);
      double* out = margins + b * kLanes * forest_.outputs;
      if (plain) {
        for (size_t lane = 0; lane < lanes; ++lane)
          out[lane * forest_.outputs + tree.output] += leaves[nodes[at[lane]].key];
        continue;
      }
      for (size_t lane = 0; lane < lanes; ++lane)
        add_leaf(tree, leaves + static_cast<size_t>(nodes[at[lane]].key) * tree.width, out + lane * forest_.outputs);
    }
  }
}

void PackedForest::add_row(const float* row, double* margins) const {
  int32_t* keys = scratch(columns_.size()).data();
  fill_row(row, keys);
  for (size_t t = 0; t < trees_.size();) {
    const PackedTree& tree = trees_[t];
    if (!tree.packed) {
      add_leaf(tree, forest_.leaves.data() + leaf_of(forest_, forest_.trees[t], row), margins);
      ++t;
      continue;
    }
    if (tree.oblivious) {
      const PackedNode* nodes = nodes_.data() + tree.first_node;
      size_t leaf = 0;
      for (size_t level = 0; level < tree.depth; ++level)
        leaf |= size_t{keys[nodes[level].column / (kLanes / 2)] > nodes[level].key ? 1u : 0u} << level;
      add_leaf(tree, forest_.leaves.data() + tree.first_leaf + leaf * tree.width, margins);
      ++t;
      continue;
    }
    std::array<const PackedNode*, kLanes> nodes;
    nodes.fill(nodes_.data() + tree.first_node);
    size_t lanes = 0;
    uint32_t depth = 0;
    for (; lanes < kLanes && t + lanes < trees_.size(); ++lanes) {
      const PackedTree& next = trees_[t + lanes];
      if (!next.packed || next.oblivious) break;
      nodes[lanes] = nodes_.data() + next.first_node;
      depth = std::max(depth, next.depth);
    }
    Places at{};
    for (uint32_t step = 0; step < depth; ++step) step_trees(nodes, keys, at);
    for (size_t lane = 0; lane < lanes; ++lane, ++t) {
      const auto leaf = static_cast<size_t>(nodes[lane][at[lane]].key);
      add_leaf(trees_[t], forest_.leaves.data() + trees_[t].first_leaf + leaf * trees_[t].width, margins);
    }
  }
}

}  // namespace augury::model
