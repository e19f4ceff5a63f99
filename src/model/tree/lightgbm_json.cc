#include "model/tree/lightgbm_json.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "model/number_text.h"
#include "model/tree/lightgbm_objective.h"
#include "model/tree/model_document.h"
#include "model/tree/nested_tree.h"

namespace augury::model {
namespace {

struct Header {
  std::string version;
  std::optional<std::string> objective;
  std::vector<std::string> names;
  int64_t outputs = 1;
  int64_t highest = -1;
  bool average = false;
};

Error corrupt(std::string what) { return Error{Code::Corrupt, std::move(what)}; }

Result<bool> take_header(std::string_view member, wire::ValueStream& in, Header& header) {
  if (member == "version") {
    AUGURY_TRY(header.version, in.text());
  } else if (member == "objective") {
    AUGURY_TRY(header.objective, in.text());
  } else if (member == "feature_names") {
    AUGURY_TRY(header.names, read_names(in));
  } else if (member == "num_tree_per_iteration") {
    AUGURY_TRY(header.outputs, in.integer());
  } else if (member == "max_feature_idx") {
    AUGURY_TRY(header.highest, in.integer());
  } else if (member == "average_output") {
    AUGURY_TRY(header.average, in.boolean());
  } else {
    return false;
  }
  return true;
}

Result<FlatForest> forest_of(Header& header) {
  if (header.version != "v2" && header.version != "v3" && header.version != "v4")
    return Error{Code::Invalid,
                 "LightGBM dump version '" + header.version.substr(0, 40) + "' is not built; expected v2, v3 or v4"};
  if (header.outputs < 1 || header.outputs > kOutputsMax)
    return corrupt("num_tree_per_iteration: found " + std::to_string(header.outputs) + ", expected 1 to " +
                   std::to_string(kOutputsMax));
  if (header.names.empty() || !std::cmp_equal(header.names.size() - 1, header.highest))
    return corrupt("feature_names: found " + std::to_string(header.names.size()) +
                   ", expected max_feature_idx + 1, with " + std::to_string(header.highest));
  FlatForest forest;
  forest.outputs = static_cast<uint32_t>(header.outputs);
  forest.inputs = std::move(header.names);
  AUGURY_TRY_VOID(check_names(forest.inputs));
  if (header.objective) {
    AUGURY_TRY(forest.link, lightgbm_link(*header.objective, forest.outputs));
  }
  forest.average = header.average;
  // As in the text form: random forests of v2 hold outputs already transformed in their leaves.
  if (forest.average && header.version == "v2") forest.link = {};
  return forest;
}

class Nodes final : public NestedFormat {
 public:
  explicit Nodes(size_t file_bytes) : NestedFormat("left_child", "right_child"), sets_(file_bytes) {}

  Result<bool> take(std::string_view member, wire::ValueStream& in, NestedNode& node, RawTree& tree) override {
    if (member == "split_feature") {
      AUGURY_TRY(const int64_t feature, in.integer());
      if (!std::in_range<int32_t>(feature)) return in.wrong(std::to_string(feature) + " before here", "a feature");
      node.feature = static_cast<int32_t>(feature);
    } else if (member == "threshold") {
      AUGURY_TRY_VOID(take_threshold(in, node, tree));
    } else if (member == "decision_type") {
      AUGURY_TRY_VOID(take_flag(in, {{"<=", 0}, {"==", kCategorical}}, kCategorical, node));
    } else if (member == "missing_type") {
      AUGURY_TRY_VOID(take_flag(in, {{"None", 0}, {"Zero", 1 << 2}, {"NaN", 2 << 2}}, 3 << 2, node));
    } else if (member == "default_left") {
      AUGURY_TRY(const bool left, in.boolean());
      node.decision = static_cast<uint8_t>((node.decision & ~2) | (left ? 2 : 0));
    } else if (member == "leaf_value") {
      if (node.values >= 0) return in.wrong("a second leaf_value", "one");
      AUGURY_TRY(const double value, in.number());
      node.values = static_cast<int32_t>(tree.leaf_value.size());
      tree.leaf_value.push_back(value);
    } else if (member == "leaf_count") {
      AUGURY_TRY(node.weight, in.number());
    } else if (member == "leaf_coeff" || member == "leaf_features") {
      return Error{Code::Invalid, "linear trees (linear_tree=true) are not built; train with constant leaves"};
    } else {
      return false;
    }
    return true;
  }

  Result<void> finish(NestedNode& node, RawTree& tree) override {
    const bool set = (node.decision & kSetSeen) != 0;
    node.decision &= static_cast<uint8_t>(~kSetSeen);
    if (set == ((node.decision & kCategorical) != 0)) return {};
    return corrupt(
        "node " + std::to_string(tree.feature.size() - 1) +
        ": found a threshold that does not fit decision_type, expected a number for '<=', categories for '=='");
  }

 private:
  static constexpr uint8_t kCategorical = 1;
  static constexpr uint8_t kSetSeen = 0x80;  // The threshold was a text; gone once the node is finished.

  Result<void> take_threshold(wire::ValueStream& in, NestedNode& node, RawTree& tree) {
    AUGURY_TRY(const auto kind, in.kind());
    node.decision &= static_cast<uint8_t>(~kSetSeen);
    if (kind == wire::ValueStream::Kind::Number) {
      AUGURY_TRY(node.threshold, in.number());
      return {};
    }
    AUGURY_TRY(const std::string text, in.text());
    std::vector<int64_t> categories;
    for (std::string_view rest = text; !rest.empty();) {
      const size_t end = std::min(rest.find("||"), rest.size());
      const auto category = read_integer<int64_t>(rest.substr(0, end));
      if (!category) return in.wrong("'" + text.substr(0, 40) + "' before here", "categories: 1||2||3");
      categories.push_back(*category);
      rest.remove_prefix(std::min(end + 2, rest.size()));
    }
    AUGURY_TRY(const size_t set, sets_.add(categories, tree));
    node.threshold = static_cast<double>(set);
    node.decision |= kSetSeen;
    return {};
  }

  struct Flag {
    std::string_view text;
    int bits;
  };
  static Result<void> take_flag(wire::ValueStream& in, std::initializer_list<Flag> flags, int mask, NestedNode& node) {
    AUGURY_TRY(const std::string text, in.text());
    for (const Flag& flag : flags) {
      if (flag.text != text) continue;
      node.decision = static_cast<uint8_t>((node.decision & ~mask) | flag.bits);
      return {};
    }
    return in.wrong("'" + text.substr(0, 40) + "' before here",
                    std::string("one like '") + std::string(flags.begin()->text) + "'");
  }

  CategorySets sets_;
};

Result<void> read_tree(wire::ValueStream& in, Nodes& nodes, FlatForest& forest) {
  RawTree tree;
  tree.output = static_cast<uint32_t>(forest.trees.size() % forest.outputs);
  AUGURY_TRY(const bool found, at_member(in, "tree_structure", [&] { return read_nested_tree(in, nodes, tree); }));
  if (!found) return corrupt("found no tree_structure, expected one");
  if (auto added = add_tree(tree, forest); !added)
    return corrupt(std::string(added.error().field) + ": " + added.error().what);
  return {};
}

Result<FlatForest> read_forest(std::string_view file) {
  const auto first = open_document(file);
  Header header;
  AUGURY_TRY_VOID(each_member(*first, [&](std::string_view member) { return take_header(member, *first, header); }));
  AUGURY_TRY_VOID(first->end());
  AUGURY_TRY(FlatForest forest, forest_of(header));
  const auto second = open_document(file);
  Nodes nodes(file.size());
  auto walked = at_member(*second, "tree_info", [&] {
    return each_element(*second, [&]() -> Result<void> {
      auto added = read_tree(*second, nodes, forest);
      if (added) return {};
      return Error{added.error().code, "tree " + std::to_string(forest.trees.size()) + ": " + added.error().message};
    });
  });
  AUGURY_TRY_VOID(std::move(walked));
  const size_t count = forest.trees.size();
  if (count == 0) return corrupt("found no tree in tree_info, expected at least one");
  if (count % forest.outputs != 0)
    return corrupt("found " + std::to_string(count) +
                   " trees, expected a multiple of num_tree_per_iteration = " + std::to_string(forest.outputs));
  return forest;
}

}  // namespace

Result<FlatForest> read_lightgbm_json(std::string_view file, std::string_view name) {
  auto forest = read_forest(file);
  if (!forest) return in_model(name, forest.error());
  return forest;
}

}  // namespace augury::model
