#include "model_trees_peers.h"

#include <dlfcn.h>
#include <xgboost/c_api.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

#include "model/tree/packed_forest.h"

namespace augury::bench {
namespace {

using model::FlatForest;
using model::FlatNode;
using model::FlatTree;

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.8e", value);
  return text;
}

// One tree as XGBoost lists it: breadth first, siblings side by side (its walk counts on that).
class XgboostTree {
 public:
  XgboostTree(const FlatForest& forest, const FlatTree& tree) {
    std::vector<int32_t> source{tree.leaf_count == 1 ? ~0 : 0};  // As FlatNode's children.
    parents_.push_back(2147483647);
    for (size_t place = 0; place < source.size(); ++place) {
      if (source[place] < 0) {
        add(-1, -1, 0, forest.leaves[tree.first_leaf + static_cast<size_t>(~source[place])], false);
        continue;
      }
      const FlatNode& node = forest.nodes[tree.first_node + static_cast<size_t>(source[place])];
      const auto child = static_cast<int>(source.size());
      // x <= t of LightGBM is x < the next float.
      const float below =
          std::nextafter(model::float_threshold(node.threshold), std::numeric_limits<float>::infinity());
      add(child, child + 1, node.feature, static_cast<double>(below), node.default_left);
      parents_.insert(parents_.end(), 2, static_cast<int>(place));
      source.insert(source.end(), {node.left, node.right});
    }
  }

  std::string json(size_t id, size_t features) const {
    const std::string zeros = list(std::vector<double>(left_.size(), 0));
    const std::string types = list(std::vector<int>(left_.size(), 0));
    return "{\"base_weights\":" + zeros + ",\"categories\":[],\"categories_nodes\":[],\"categories_segments\":[]," +
           "\"categories_sizes\":[],\"default_left\":" + list(default_left_) + ",\"id\":" + std::to_string(id) +
           ",\"left_children\":" + list(left_) + ",\"loss_changes\":" + zeros + ",\"parents\":" + list(parents_) +
           ",\"right_children\":" + list(right_) + ",\"split_conditions\":" + list(conditions_) +
           ",\"split_indices\":" + list(features_) + ",\"split_type\":" + types + ",\"sum_hessian\":" + zeros +
           ",\"tree_param\":{\"num_deleted\":\"0\",\"num_feature\":\"" + std::to_string(features) +
           "\",\"num_nodes\":\"" + std::to_string(left_.size()) + "\",\"size_leaf_vector\":\"0\"}}";
  }

 private:
  void add(int left, int right, int feature, double condition, bool missing_left) {
    left_.push_back(left), right_.push_back(right), features_.push_back(feature);
    conditions_.push_back(condition), default_left_.push_back(missing_left ? 1 : 0);
  }
  static std::string text(int value) { return std::to_string(value); }
  static std::string text(double value) { return number(value); }
  template <typename T>
  static std::string list(const std::vector<T>& values) {
    std::string all = "[";
    for (size_t i = 0; i < values.size(); ++i) all += (i == 0 ? "" : ",") + text(values[i]);
    return all + "]";
  }

  std::vector<int> left_, right_, parents_, features_, default_left_;
  std::vector<double> conditions_;
};

std::string xgboost_json(const FlatForest& forest) {
  std::string trees;
  std::string classes;
  for (size_t t = 0; t < forest.trees.size(); ++t) {
    if (t > 0) trees += ",", classes += ",";
    trees += XgboostTree(forest, forest.trees[t]).json(t, forest.inputs.size());
    classes += "0";
  }
  return "{\"learner\":{\"attributes\":{},\"feature_names\":[],\"feature_types\":[],\"gradient_booster\":{\"model\":{"
         "\"gbtree_model_param\":{\"num_parallel_tree\":\"1\",\"num_trees\":\"" +
         std::to_string(forest.trees.size()) + "\",\"size_leaf_vector\":\"0\"},\"tree_info\":[" + classes +
         "],\"trees\":[" + trees + "]},\"name\":\"gbtree\"},\"learner_model_param\":{\"base_score\":\"0E0\"," +
         "\"num_class\":\"0\",\"num_feature\":\"" + std::to_string(forest.inputs.size()) +
         "\",\"num_target\":\"1\"},\"objective\":{\"name\":\"reg:squarederror\",\"reg_loss_param\":{"
         "\"scale_pos_weight\":\"1\"}}},\"version\":[1,7,4]}";
}

class XgboostPeer final : public Peer {
 public:
  explicit XgboostPeer(size_t inputs) : inputs_(inputs) {}
  ~XgboostPeer() override { XGBoosterFree(booster_); }
  XgboostPeer(const XgboostPeer&) = delete;
  XgboostPeer& operator=(const XgboostPeer&) = delete;

  bool load(const std::string& json) {
    return XGBoosterCreate(nullptr, 0, &booster_) == 0 && XGBoosterSetParam(booster_, "nthread", "1") == 0 &&
           XGBoosterLoadModelFromBuffer(booster_, json.data(), json.size()) == 0 &&
           XGBoosterSetParam(booster_, "nthread", "1") == 0;
  }
  const char* name() const override { return "XGBoost"; }
  void score(std::span<const float> rows, size_t count, std::span<double> out) override {
    char values[256];
    std::snprintf(values, sizeof values, R"({"data":[%zu,true],"shape":[%zu,%zu],"typestr":"<f4","version":3})",
                  reinterpret_cast<size_t>(rows.data()), count, inputs_);
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* result = nullptr;
    if (XGBoosterPredictFromDense(booster_, values,
                                  R"({"type":1,"training":false,"iteration_begin":0,"iteration_end":0,)"
                                  R"("strict_shape":true,"missing":NaN,"cache_id":0})",
                                  nullptr, &shape, &dimensions, &result) != 0) {
      std::fprintf(stderr, "XGBoost: %s\n", XGBGetLastError());
      std::exit(1);
    }
    for (size_t i = 0; i < count; ++i) out[i] = static_cast<double>(result[i]);
  }

 private:
  size_t inputs_;
  BoosterHandle booster_ = nullptr;
};

// The three functions wanted of LightGBM's C interface.
class LightgbmPeer final : public Peer {
 public:
  LightgbmPeer(void* library, int inputs) : library_(library), inputs_(inputs) {}

  bool load(const std::string& file) {
    int iterations = 0;
    const auto create = function<int(const char*, int*, void**)>("LGBM_BoosterCreateFromModelfile");
    predict_ = function<Predict>("LGBM_BoosterPredictForMat");
    return create != nullptr && predict_ != nullptr && create(file.c_str(), &iterations, &booster_) == 0;
  }
  const char* name() const override { return "LightGBM"; }
  void score(std::span<const float> rows, size_t count, std::span<double> out) override {
    constexpr int kFloat32 = 0, kRowMajor = 1, kRawScore = 1;
    int64_t length = 0;
    if (predict_(booster_, rows.data(), kFloat32, static_cast<int32_t>(count), inputs_, kRowMajor, kRawScore, 0, -1,
                 "num_threads=1", &length, out.data()) != 0)
      std::exit(1);
  }

 private:
  using Predict = int(void*, const void*, int, int32_t, int32_t, int, int, int, int, const char*, int64_t*, double*);
  template <typename Function>
  Function* function(const char* name) const {
    return reinterpret_cast<Function*>(dlsym(library_, name));
  }

  void* library_;
  int inputs_;
  void* booster_ = nullptr;
  Predict* predict_ = nullptr;
};

}  // namespace

std::unique_ptr<Peer> xgboost_peer(const FlatForest& forest) {
  auto peer = std::make_unique<XgboostPeer>(forest.inputs.size());
  if (peer->load(xgboost_json(forest))) return peer;
  std::fprintf(stderr, "XGBoost: %s\n", XGBGetLastError());
  return nullptr;
}

std::unique_ptr<Peer> lightgbm_peer(const std::string& model_file, int inputs) {
  const char* path = std::getenv("AUGURY_LIGHTGBM_SO");
  if (path == nullptr) return nullptr;
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::fprintf(stderr, "LightGBM: %s\n", dlerror());
    return nullptr;
  }
  auto peer = std::make_unique<LightgbmPeer>(library, inputs);
  if (peer->load(model_file)) return peer;
  std::fprintf(stderr, "LightGBM does not take the model\n");
  return nullptr;
}

}  // namespace augury::bench
