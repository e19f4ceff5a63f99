#include "model/tree/xgboost.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "model/number_text.h"
#include "model/tree/xgboost_objective.h"
#include "model/tree/xgboost_tree.h"

namespace augury::model {
namespace {

// What describes the model, apart from its trees.
struct Header {
  std::string booster;
  std::string objective;
  std::vector<float> base_score;
  std::vector<std::string> names;
  int64_t inputs = -1;
  int64_t classes = 0;
  int64_t targets = 1;
  std::vector<int64_t> tree_outputs;
  std::vector<float> tree_weights;  // dart
};

Result<int64_t> read_count(wire::ValueStream& in) {
  AUGURY_TRY(const auto kind, in.kind());
  if (kind != wire::ValueStream::Kind::Text) return in.integer();
  AUGURY_TRY(const std::string text, in.text());
  const auto value = read_integer<int64_t>(text);
  if (!value) return in.wrong("'" + text.substr(0, 40) + "' before here", "a whole number");
  return *value;
}

Result<void> read_floats(wire::ValueStream& in, std::vector<float>& values) {
  values.clear();
  AUGURY_TRY(const auto kind, in.kind());
  if (kind == wire::ValueStream::Kind::Array)
    return each_element(in, [&]() -> Result<void> {
      AUGURY_TRY(const float value, in.number_as_float());
      values.push_back(value);
      return {};
    });
  AUGURY_TRY(const float value, in.number_as_float());
  values.push_back(value);
  return {};
}

// A number, or a text that holds one ("5E-1", before 3.1) or a list of them ("[1E0,2E0]").
Result<void> read_base_score(wire::ValueStream& in, std::vector<float>& values) {
  AUGURY_TRY(const auto kind, in.kind());
  if (kind != wire::ValueStream::Kind::Text) return read_floats(in, values);
  AUGURY_TRY(const std::string text, in.text());
  const auto inner = wire::json_stream(text);
  auto read = read_floats(*inner, values);
  if (read) read = inner->end();
  if (!read) return in.wrong("'" + text.substr(0, 40) + "' before here", "base_score as a number or a list");
  return {};
}

class HeaderReader {
 public:
  explicit HeaderReader(wire::ValueStream& in) : in_(in) {}

  Result<Header> read() {
    AUGURY_TRY_VOID(each_member(in_, [&](std::string_view member) { return root(member); }));
    AUGURY_TRY_VOID(in_.end());
    return std::move(header_);
  }

 private:
  Result<bool> done(Result<void> result) {
    AUGURY_TRY_VOID(std::move(result));
    return true;
  }
  template <typename T>
  Result<bool> set(T& to, Result<T> value) {
    AUGURY_TRY(to, std::move(value));
    return true;
  }

  Result<bool> root(std::string_view member) {
    if (member != "learner") return false;
    return done(each_member(in_, [&](std::string_view inner) { return learner(inner); }));
  }

  Result<bool> learner(std::string_view member) {
    if (member == "feature_names") return set(header_.names, read_names(in_));
    if (member == "learner_model_param")
      return done(each_member(in_, [&](std::string_view inner) { return parameter(inner); }));
    if (member == "objective") return done(each_member(in_, [&](std::string_view inner) { return objective(inner); }));
    if (member == "gradient_booster")
      return done(each_member(in_, [&](std::string_view inner) { return booster(inner, true); }));
    return false;
  }

  Result<bool> parameter(std::string_view member) {
    if (member == "base_score") return done(read_base_score(in_, header_.base_score));
    if (member == "num_feature") return set(header_.inputs, read_count(in_));
    if (member == "num_class") return set(header_.classes, read_count(in_));
    if (member == "num_target") return set(header_.targets, read_count(in_));
    return false;
  }

  Result<bool> objective(std::string_view member) {
    if (member != "name") return false;
    return set(header_.objective, in_.text());
  }

  // dart keeps its trees one level deeper, in a gbtree of its own.
  Result<bool> booster(std::string_view member, bool outer) {
    if (member == "name" && outer) return set(header_.booster, in_.text());
    if (member == "gbtree" && outer)
      return done(each_member(in_, [&](std::string_view inner) { return booster(inner, false); }));
    if (member == "weight_drop") return done(read_floats(in_, header_.tree_weights));
    if (member != "model") return false;
    return done(each_member(in_, [&](std::string_view inner) -> Result<bool> {
      if (inner == "weight_drop") return done(read_floats(in_, header_.tree_weights));
      if (inner != "tree_info") return false;
      header_.tree_outputs.clear();
      return done(each_element(in_, [&]() -> Result<void> {
        AUGURY_TRY(const int64_t output, in_.integer());
        header_.tree_outputs.push_back(output);
        return {};
      }));
    }));
  }

  wire::ValueStream& in_;
  Header header_;
};

Error corrupt(std::string what) { return Error{Code::Corrupt, std::move(what)}; }

Error out_of_range(std::string_view what, int64_t found, int64_t least, int64_t most) {
  return corrupt(std::string(what) + ": found " + std::to_string(found) + ", expected " + std::to_string(least) +
                 " to " + std::to_string(most));
}

Result<void> set_inputs(Header& header, FlatForest& forest) {
  if (header.inputs < 1 || header.inputs > static_cast<int64_t>(kInputsMax))
    return out_of_range("num_feature", header.inputs, 1, kInputsMax);
  if (!header.names.empty() && !std::cmp_equal(header.names.size(), header.inputs))
    return corrupt("feature_names: found " + std::to_string(header.names.size()) +
                   ", expected num_feature = " + std::to_string(header.inputs));
  forest.inputs = std::move(header.names);
  for (int64_t i = static_cast<int64_t>(forest.inputs.size()); i < header.inputs; ++i)
    forest.inputs.push_back("f" + std::to_string(i));
  return check_names(forest.inputs);
}

Result<void> set_outputs(const Header& header, FlatForest& forest) {
  if (header.classes < 0 || header.classes > kOutputsMax)
    return out_of_range("num_class", header.classes, 0, kOutputsMax);
  if (header.targets < 0 || header.targets > kOutputsMax)
    return out_of_range("num_target", header.targets, 0, kOutputsMax);
  forest.outputs = static_cast<uint32_t>(std::max({header.classes, header.targets, int64_t{1}}));
  AUGURY_TRY(const XgboostObjective objective, xgboost_objective(header.objective));
  forest.link = objective.link;
  if (header.base_score.size() != 1 && header.base_score.size() != forest.outputs)
    return corrupt("base_score: found " + std::to_string(header.base_score.size()) + " values, expected 1 or " +
                   std::to_string(forest.outputs));
  for (size_t i = 0; i < forest.outputs; ++i) {
    AUGURY_TRY(const float margin, objective.margin_of(header.base_score[header.base_score.size() == 1 ? 0 : i]));
    forest.start.push_back(static_cast<double>(margin));
  }
  return {};
}

Result<FlatForest> forest_of(Header& header) {
  if (header.booster != "gbtree" && header.booster != "dart")
    return Error{Code::Invalid, "booster '" + header.booster.substr(0, 40) +
                                    "' is not built; expected 'gbtree' or 'dart'" +
                                    (header.booster == "gblinear" ? ": a linear model has no trees" : "")};
  FlatForest forest;
  forest.arithmetic = {.float_inputs = true, .strict = true, .float_sums = true};
  AUGURY_TRY_VOID(set_inputs(header, forest));
  AUGURY_TRY_VOID(set_outputs(header, forest));
  if (header.booster == "dart" && header.tree_weights.size() != header.tree_outputs.size())
    return corrupt("weight_drop: found " + std::to_string(header.tree_weights.size()) + " weights, expected " +
                   std::to_string(header.tree_outputs.size()) + ", the size of tree_info");
  return forest;
}

// XGBoost's names of what TreeFault calls as LightGBM does.
std::string_view field_name(std::string_view field) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kNames{{{"split_feature", "split_indices"},
                                                                                 {"threshold", "split_conditions"},
                                                                                 {"leaf_value", "split_conditions"},
                                                                                 {"left_child", "left_children"},
                                                                                 {"right_child", "right_children"}}};
  for (const auto& [ours, theirs] : kNames)
    if (ours == field) return theirs;
  return field;
}

class TreesReader {
 public:
  TreesReader(std::string_view file, const Header& header, FlatForest& forest)
      : header_(header), forest_(forest), sets_(file.size()) {}

  Result<void> read(wire::ValueStream& in) {
    return each_element(in, [&]() -> Result<void> {
      auto added = read_tree(in);
      if (!added)
        return Error{added.error().code, "tree " + std::to_string(forest_.trees.size()) + ": " + added.error().message};
      return {};
    });
  }

 private:
  Result<void> read_tree(wire::ValueStream& in) {
    const size_t t = forest_.trees.size();
    if (t == header_.tree_outputs.size())
      return corrupt("found more trees than the " + std::to_string(t) + " of tree_info, expected as many");
    AUGURY_TRY(RawTree tree, read_xgboost_tree(in, sets_));
    const int64_t output = header_.tree_outputs[t];
    if (output < 0 || output >= forest_.outputs) return out_of_range("tree_info", output, 0, forest_.outputs - 1);
    tree.output = static_cast<uint32_t>(output);
    // The library multiplies when it scores, in floats: the same product.
    if (!header_.tree_weights.empty())
      for (double& value : tree.leaf_value)
        value = static_cast<double>(static_cast<float>(value) * header_.tree_weights[t]);
    if (auto added = add_tree(tree, forest_); !added)
      return corrupt(std::string(field_name(added.error().field)) + ": " + added.error().what);
    return {};
  }

  const Header& header_;
  FlatForest& forest_;
  CategorySets sets_;
};

Result<FlatForest> read_forest(std::string_view file) {
  const auto first = open_document(file);
  AUGURY_TRY(Header header, HeaderReader(*first).read());
  AUGURY_TRY(FlatForest forest, forest_of(header));
  const auto second = open_document(file);
  TreesReader trees(file, header, forest);
  const std::string path =
      std::string("learner/gradient_booster/") + (header.booster == "dart" ? "gbtree/" : "") + "model/trees";
  AUGURY_TRY_VOID(at_member(*second, path, [&] { return trees.read(*second); }));
  if (forest.trees.empty()) return corrupt("found no tree in " + path + ", expected at least one");
  if (forest.trees.size() != header.tree_outputs.size())
    return corrupt("found " + std::to_string(forest.trees.size()) + " trees, expected " +
                   std::to_string(header.tree_outputs.size()) + ", the size of tree_info");
  return forest;
}

}  // namespace

bool is_xgboost_binary(std::string_view file) {
  if (file.starts_with("binf") || file.starts_with("bs64")) return true;
  // 136 bytes of parameters; then two texts, the objective and the booster, each behind its length in 8 bytes.
  constexpr size_t kParameters = 136;
  size_t at = kParameters;
  for (const std::string_view wanted : {std::string_view(":"), std::string_view("gbtree gblinear dart")}) {
    uint64_t length = 0;
    if (file.size() < at + sizeof length) return false;
    std::memcpy(&length, file.data() + at, sizeof length);
    at += sizeof length;
    if (length < 4 || length > 40 || file.size() < at + length) return false;
    const std::string_view text = file.substr(at, length);
    if (wanted == ":" ? !text.contains(wanted) : !wanted.contains(text)) return false;
    at += length;
  }
  return true;
}

Result<FlatForest> read_xgboost(std::string_view file, std::string_view name) {
  auto forest = read_forest(file);
  if (!forest) return in_model(name, forest.error());
  return forest;
}

}  // namespace augury::model
