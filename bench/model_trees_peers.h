// The libraries that trees are measured against, each scoring the very same trees.
//
// Not thread-safe: one thread measures.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "model/tree/flat_forest.h"

namespace augury::bench {

class Peer {
 public:
  virtual ~Peer() = default;
  virtual const char* name() const = 0;
  // Margins of `count` rows, one thread.
  virtual void score(std::span<const float> rows, size_t count, std::span<double> out) = 0;
};

// XGBoost's C library, given the forest rewritten in its own JSON; in-place prediction, its fastest way in.
// Null with a line on stderr if it does not take the model.
std::unique_ptr<Peer> xgboost_peer(const model::FlatForest& forest);

// LightGBM's C library, from the shared object that AUGURY_LIGHTGBM_SO names; null without it.
std::unique_ptr<Peer> lightgbm_peer(const std::string& model_file, int inputs);

}  // namespace augury::bench
