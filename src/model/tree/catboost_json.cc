#include "model/tree/catboost_json.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "model/tree/catboost_header.h"
#include "model/tree/model_document.h"
#include "model/tree/nested_tree.h"

namespace augury::model {
namespace {

Error corrupt(std::string what) { return Error{Code::Corrupt, std::move(what)}; }

// The question of a node or of a level.
struct Split {
  int32_t input = 0;
  float border = 0;
  bool nan_right = false;

  uint8_t decision() const { return static_cast<uint8_t>(2 << 2 | (nan_right ? 0 : 2)); }
};

class SplitReader {
 public:
  explicit SplitReader(const std::vector<CatboostFeature>& floats) : floats_(floats) {}

  Result<Split> read(wire::ValueStream& in) const {
    std::string type = "FloatFeature";
    std::optional<int64_t> feature;
    std::optional<float> border;
    auto walked = each_member(in, [&](std::string_view member) -> Result<bool> {
      if (member == "split_type") {
        AUGURY_TRY(type, in.text());
      } else if (member == "float_feature_index") {
        AUGURY_TRY(feature, in.integer());
      } else if (member == "border") {
        AUGURY_TRY(border, in.number_as_float());
      } else {
        return false;
      }
      return true;
    });
    AUGURY_TRY_VOID(std::move(walked));
    AUGURY_TRY_VOID(refuse(type));
    if (!feature || *feature < 0 || !std::cmp_less(*feature, floats_.size()))
      return in.wrong("float_feature_index " + (feature ? std::to_string(*feature) : "missing") + " before here",
                      "0 to " + std::to_string(static_cast<int64_t>(floats_.size()) - 1));
    if (!border) return in.wrong("a split without a border before here", "a number");
    const CatboostFeature& asked = floats_[static_cast<size_t>(*feature)];
    return Split{static_cast<int32_t>(asked.input), *border, asked.nan_right};
  }

 private:
  static Result<void> refuse(std::string_view type) {
    if (type == "FloatFeature") return {};
    if (type == "OnlineCtr")
      return Error{Code::Invalid,
                   "a split on statistics of a categorical feature (OnlineCtr) is not built; train with "
                   "numeric features"};
    if (type == "OneHotFeature")
      return Error{Code::Invalid,
                   "a split on a value of a categorical feature (OneHotFeature) is not built: the file "
                   "holds hashes of text; train with numeric features"};
    return Error{Code::Invalid,
                 "a split of type '" + std::string(type.substr(0, 40)) + "' is not known; expected FloatFeature"};
  }

  const std::vector<CatboostFeature>& floats_;
};

Result<void> read_doubles(wire::ValueStream& in, std::vector<double>& values) {
  values.clear();
  return each_element(in, [&]() -> Result<void> {
    AUGURY_TRY(const double value, in.number());
    values.push_back(value);
    return {};
  });
}

Result<void> read_levels(wire::ValueStream& in, const SplitReader& splits, RawTree& tree) {
  AUGURY_TRY(const auto kind, in.kind());
  if (kind == wire::ValueStream::Kind::Null) return in.null();  // A tree without a split.
  return each_element(in, [&]() -> Result<void> {
    AUGURY_TRY(const Split split, splits.read(in));
    tree.feature.push_back(split.input);
    tree.threshold.push_back(static_cast<double>(split.border));
    tree.decision.push_back(split.decision());
    return {};
  });
}

Result<RawTree> read_oblivious(wire::ValueStream& in, const SplitReader& splits) {
  RawTree tree;
  tree.oblivious = true;
  auto walked = each_member(in, [&](std::string_view member) -> Result<bool> {
    if (member == "leaf_values") {
      AUGURY_TRY_VOID(read_doubles(in, tree.leaf_value));
    } else if (member == "leaf_weights") {
      AUGURY_TRY_VOID(read_doubles(in, tree.leaf_weight));
    } else if (member == "splits") {
      AUGURY_TRY_VOID(read_levels(in, splits, tree));
    } else {
      return false;
    }
    return true;
  });
  AUGURY_TRY_VOID(std::move(walked));
  return tree;
}

// {"split": .., "left": .., "right": ..} and {"value": .., "weight": ..}; a value is a list if there are classes.
class Nodes final : public NestedFormat {
 public:
  explicit Nodes(const SplitReader& splits) : NestedFormat("left", "right"), splits_(splits) {}

  Result<bool> take(std::string_view member, wire::ValueStream& in, NestedNode& node, RawTree& tree) override {
    if (member == "split") {
      AUGURY_TRY(const Split split, splits_.read(in));
      node.feature = split.input;
      node.threshold = static_cast<double>(split.border);
      node.decision = split.decision();
    } else if (member == "weight") {
      AUGURY_TRY(node.weight, in.number());
    } else if (member == "value") {
      AUGURY_TRY_VOID(take_values(in, node, tree));
    } else {
      return false;
    }
    return true;
  }

  Result<void> finish(NestedNode& node, RawTree&) override {
    if (node.feature < 0) return corrupt("found children without a split, expected one");
    return {};
  }

 private:
  static Result<void> take_values(wire::ValueStream& in, NestedNode& node, RawTree& tree) {
    if (node.values >= 0) return in.wrong("a second value", "one");
    const size_t first = tree.leaf_value.size();
    const auto one = [&]() -> Result<void> {
      AUGURY_TRY(const double value, in.number());
      tree.leaf_value.push_back(value);
      return {};
    };
    AUGURY_TRY(const auto kind, in.kind());
    AUGURY_TRY_VOID(kind == wire::ValueStream::Kind::Array ? each_element(in, one) : one());
    const size_t found = tree.leaf_value.size() - first;
    if (first == 0 && found > 0 && found <= kOutputsMax) tree.width = static_cast<uint32_t>(found);
    if (found != tree.width)
      return in.wrong(std::to_string(found) + " values of a leaf before here", std::to_string(tree.width));
    node.values = static_cast<int32_t>(first);
    return {};
  }

  const SplitReader& splits_;
};

Result<FlatForest> forest_of(CatboostHeader& header) {
  FlatForest forest;
  forest.arithmetic = {.float_inputs = true};
  for (const auto* features : {&header.floats, &header.categories}) {
    for (const CatboostFeature& feature : *features) {
      const auto at = static_cast<size_t>(feature.input);
      if (forest.inputs.size() <= at) forest.inputs.resize(at + 1);
      if (!forest.inputs[at].empty())
        return corrupt("found two features of flat_feature_index " + std::to_string(at) + ", expected one");
      forest.inputs[at] = feature.name.empty() ? std::to_string(at) : feature.name;
    }
  }
  for (size_t i = 0; i < forest.inputs.size(); ++i)
    if (forest.inputs[i].empty()) forest.inputs[i] = std::to_string(i);
  if (forest.inputs.empty()) return corrupt("found no feature in features_info, expected at least one");
  AUGURY_TRY_VOID(check_names(forest.inputs));
  AUGURY_TRY(forest.link, catboost_link(header.loss));
  return forest;
}

class TreesReader {
 public:
  TreesReader(const std::vector<CatboostFeature>& floats, FlatForest& forest) : splits_(floats), forest_(forest) {}

  Result<void> read(wire::ValueStream& in, bool oblivious) {
    return each_element(in, [&]() -> Result<void> {
      auto added = read_tree(in, oblivious);
      if (added) return {};
      return Error{added.error().code, "tree " + std::to_string(forest_.trees.size()) + ": " + added.error().message};
    });
  }

 private:
  Result<void> read_tree(wire::ValueStream& in, bool oblivious) {
    RawTree tree;
    if (oblivious) {
      AUGURY_TRY(tree, read_oblivious(in, splits_));
      tree.width = static_cast<uint32_t>(std::max<size_t>(1, width_of(tree)));
    } else {
      Nodes nodes(splits_);
      AUGURY_TRY_VOID(read_nested_tree(in, nodes, tree));
    }
    // The first tree says how many outputs there are.
    if (forest_.trees.empty() && tree.width <= kOutputsMax) forest_.outputs = tree.width;
    if (tree.width != forest_.outputs)
      return corrupt("found leaves of " + std::to_string(tree.width) + " values, expected " +
                     std::to_string(forest_.outputs));
    if (auto added = add_tree(tree, forest_); !added)
      return corrupt(std::string(added.error().field) + ": " + added.error().what);
    return {};
  }

  static size_t width_of(const RawTree& tree) {
    const size_t levels = tree.feature.size();
    return levels < 32 ? tree.leaf_value.size() >> levels : 0;
  }

  const SplitReader splits_;
  FlatForest& forest_;
};

// The library leaves a sum alone if there is nothing to apply, so 0 stays -0 or what it was.
Result<void> set_scale_and_bias(const CatboostHeader& header, FlatForest& forest) {
  const auto& bias = header.bias;
  if (bias.size() > 1 && bias.size() != forest.outputs)
    return corrupt("scale_and_bias: found " + std::to_string(bias.size()) + " biases, expected " +
                   std::to_string(forest.outputs));
  bool finite = std::isfinite(header.scale);
  for (const double value : bias) finite = finite && std::isfinite(value);
  if (!finite) return corrupt("scale_and_bias: found a value that is no number, expected numbers");
  if (header.scale == 1 && std::all_of(bias.begin(), bias.end(), [](double value) { return value == 0; })) return {};
  forest.scale = header.scale;
  forest.bias = bias;
  forest.bias.resize(forest.outputs, bias.empty() ? 0 : bias.front());
  return {};
}

Result<FlatForest> read_forest(std::string_view file) {
  const auto first = open_document(file);
  AUGURY_TRY(CatboostHeader header, read_catboost_header(*first));
  AUGURY_TRY(FlatForest forest, forest_of(header));
  TreesReader trees(header.floats, forest);
  const auto second = open_document(file);
  auto walked = each_member(*second, [&](std::string_view member) -> Result<bool> {
    if (member != "oblivious_trees" && member != "trees") return false;
    AUGURY_TRY_VOID(trees.read(*second, member == "oblivious_trees"));
    return true;
  });
  AUGURY_TRY_VOID(std::move(walked));
  if (forest.trees.empty()) return corrupt("found no tree, expected at least one");
  AUGURY_TRY_VOID(set_scale_and_bias(header, forest));
  return forest;
}

}  // namespace

Result<FlatForest> read_catboost_json(std::string_view file, std::string_view name) {
  auto forest = read_forest(file);
  if (!forest) return in_model(name, forest.error());
  return forest;
}

}  // namespace augury::model
