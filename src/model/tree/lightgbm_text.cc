#include "model/tree/lightgbm_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <type_traits>

#include "model/number_text.h"
#include "model/tree/lightgbm_objective.h"

namespace augury::model {
namespace {

constexpr std::array<std::string_view, 22> kTreeFields = {
    "num_leaves",      "num_cat",        "split_feature",  "split_gain",    "threshold",  "decision_type",
    "left_child",      "right_child",    "leaf_value",     "leaf_weight",   "leaf_count", "internal_value",
    "internal_weight", "internal_count", "cat_boundaries", "cat_threshold", "is_linear",  "leaf_const",
    "num_features",    "leaf_features",  "leaf_coeff",     "shrinkage"};

constexpr size_t kQuoted = 40;

std::string quoted(std::string_view text) {
  const bool cut = text.size() > kQuoted;
  return "'" + std::string(text.substr(0, kQuoted)) + (cut ? "...'" : "'");
}

struct Field {
  std::string_view value;
  size_t line = 0;
};
using Fields = std::map<std::string_view, Field>;

class Reader {
 public:
  Reader(std::string_view file, std::string_view name) : left_(file), name_(name) {}

  Result<FlatForest> read() {
    AUGURY_TRY_VOID(read_header());
    while (starts("Tree=")) AUGURY_TRY_VOID(read_tree());
    if (line_ != "end of trees") return wrong(number_, line_text(), "'Tree=' or 'end of trees'");
    AUGURY_TRY_VOID(check_tree_count());
    return std::move(forest_);
  }

 private:
  // --- lines ---
  bool next() {
    ++number_;
    ended_ = left_.empty();
    const size_t end = std::min(left_.find('\n'), left_.size());
    line_ = left_.substr(0, end);
    left_.remove_prefix(std::min(end + 1, left_.size()));
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    return !ended_;
  }
  bool starts(std::string_view with) const { return line_.starts_with(with); }
  std::string line_text() const { return ended_ ? "the end of the file" : quoted(line_); }

  // --- errors ---
  Error error(size_t line, std::string_view what, Code code = Code::Corrupt) const {
    return Error{code, "model '" + std::string(name_) + "': line " + std::to_string(line) + ": " + std::string(what)};
  }
  Error wrong(size_t line, std::string_view found, std::string_view expected) const {
    return error(line, "found " + std::string(found) + ", expected " + std::string(expected));
  }
  Error lacks(const Fields& fields, std::string_view field) const {
    const size_t line = fields.empty() ? number_ : fields.begin()->second.line;
    return wrong(line, "no '" + std::string(field) + "' from here on", "'" + std::string(field) + "='");
  }

  // --- values ---
  // Reads key=value lines up to an empty one or one for which `stop` holds.
  template <typename Stop>
  Result<Fields> read_fields(Stop stop) {
    Fields fields;
    while (next() && !stop()) {
      const size_t equal = line_.find('=');
      const auto key = line_.substr(0, equal);
      const auto value = equal == std::string_view::npos ? std::string_view{} : line_.substr(equal + 1);
      if (!fields.emplace(key, Field{value, number_}).second)
        return error(number_, quoted(key) + " is there twice, expected once");
    }
    return fields;
  }

  template <typename T>
  Result<T> number(const Field& field, std::string_view text) const {
    std::optional<T> value;
    if constexpr (std::is_floating_point_v<T>)
      value = read_number(text);
    else
      value = read_integer<T>(text);
    if (value) return *value;
    return wrong(field.line, quoted(text), std::is_floating_point_v<T> ? "a number" : "a whole number in range");
  }

  template <typename T>
  Result<std::vector<T>> numbers(const Fields& fields, std::string_view name) const {
    std::vector<T> values;
    const auto found = fields.find(name);
    if (found == fields.end()) return values;
    for (std::string_view rest = found->second.value; !rest.empty();) {
      const size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) {
        AUGURY_TRY(T value, number<T>(found->second, rest.substr(0, end)));
        values.push_back(value);
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return values;
  }

  template <typename T>
  Result<T> required(const Fields& fields, std::string_view name) const {
    const auto found = fields.find(name);
    if (found == fields.end()) return lacks(fields, name);
    return number<T>(found->second, found->second.value);
  }

  // --- header ---
  Result<void> read_header() {
    if (!next() || line_ != "tree") return wrong(number_, line_text(), "'tree', the first line of a LightGBM model");
    // Blank lines end the header in LightGBM too; the first tree follows.
    AUGURY_TRY(const Fields fields, read_fields([&] { return line_.empty() || starts("Tree=") || starts("end of"); }));
    while (line_.empty() && next()) {
    }
    const auto version = fields.find("version");
    if (version == fields.end()) return lacks(fields, "version");
    const auto text = version->second.value;
    if (text != "v2" && text != "v3" && text != "v4")
      return error(version->second.line,
                   "LightGBM text version " + quoted(text) + " is not built; expected v2, v3 or v4", Code::Invalid);
    AUGURY_TRY_VOID(read_outputs(fields));
    AUGURY_TRY_VOID(read_inputs(fields));
    AUGURY_TRY_VOID(read_objective(fields));
    // tree_sizes is not used: files cut down by hand keep the old ones, and the trees say where they end.
    forest_.average = fields.contains("average_output");
    // Random forests of v2 hold outputs already transformed in their leaves: their average is the prediction.
    if (forest_.average && text == "v2") forest_.link = {};
    return {};
  }

  Result<void> read_outputs(const Fields& fields) {
    AUGURY_TRY(const auto outputs, required<uint32_t>(fields, "num_tree_per_iteration"));
    if (outputs < 1 || outputs > 65'536)
      return wrong(fields.at("num_tree_per_iteration").line, std::to_string(outputs), "1 to 65536");
    forest_.outputs = outputs;
    return {};
  }

  Result<void> read_inputs(const Fields& fields) {
    AUGURY_TRY(const auto highest, required<int32_t>(fields, "max_feature_idx"));
    const auto names = fields.find("feature_names");
    if (names == fields.end()) return lacks(fields, "feature_names");
    for (std::string_view rest = names->second.value; !rest.empty();) {
      const size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) forest_.inputs.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (highest < 0 || forest_.inputs.size() != static_cast<size_t>(highest) + 1)
      return wrong(names->second.line, std::to_string(forest_.inputs.size()) + " feature names",
                   "max_feature_idx + 1 = " + std::to_string(int64_t{highest} + 1));
    auto sorted = forest_.inputs;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) return error(names->second.line, quoted(*twice) + " names two features, expected one");
    return {};
  }

  Result<void> read_objective(const Fields& fields) {
    const auto objective = fields.find("objective");
    if (objective == fields.end()) return {};
    auto link = lightgbm_link(objective->second.value, forest_.outputs);
    if (!link) return error(objective->second.line, link.error().message, link.error().code);
    forest_.link = *link;
    return {};
  }

  // --- trees ---
  Result<void> read_tree() {
    const size_t line = number_;
    const auto index = line_.substr(std::string_view("Tree=").size());
    if (read_integer<uint64_t>(index) != forest_.trees.size())
      return wrong(line, quoted(line_), "'Tree=" + std::to_string(forest_.trees.size()) + "'");
    AUGURY_TRY(const Fields fields,
               read_fields([&] { return line_.empty() || starts("Tree=") || starts("end of trees"); }));
    while (line_.empty() && next()) {
    }
    for (const auto& [key, field] : fields)
      if (std::find(kTreeFields.begin(), kTreeFields.end(), key) == kTreeFields.end())
        return wrong(field.line, quoted(key), "a field of a LightGBM tree");
    AUGURY_TRY_VOID(refuse_linear(fields));
    AUGURY_TRY(const RawTree tree, raw_tree(fields, line));
    if (auto added = add_tree(tree, forest_); !added) {
      const auto field = fields.find(added.error().field);
      return error(field == fields.end() ? line : field->second.line,
                   "tree " + std::string(index) + ", " + std::string(added.error().field) + ": " + added.error().what);
    }
    return {};
  }

  Result<void> refuse_linear(const Fields& fields) const {
    const auto linear = fields.find("is_linear");
    if (linear == fields.end() || linear->second.value == "0") return {};
    return error(linear->second.line, "linear trees (linear_tree=true) are not built; train with constant leaves",
                 Code::Invalid);
  }

  Result<RawTree> raw_tree(const Fields& fields, size_t line) const {
    AUGURY_TRY(const auto leaves, required<uint32_t>(fields, "num_leaves"));
    AUGURY_TRY(const auto sets, required<uint32_t>(fields, "num_cat"));
    RawTree tree;
    tree.output = static_cast<uint32_t>(forest_.trees.size() % forest_.outputs);
    AUGURY_TRY(tree.leaf_value, numbers<double>(fields, "leaf_value"));
    if (tree.leaf_value.size() != leaves)
      return wrong(fields.contains("leaf_value") ? fields.at("leaf_value").line : line,
                   std::to_string(tree.leaf_value.size()) + " values of leaf_value",
                   "num_leaves = " + std::to_string(leaves));
    if (leaves == 1) return tree;  // The other fields are empty or left out.
    AUGURY_TRY(tree.feature, numbers<int32_t>(fields, "split_feature"));
    AUGURY_TRY(tree.threshold, numbers<double>(fields, "threshold"));
    AUGURY_TRY(tree.left, numbers<int32_t>(fields, "left_child"));
    AUGURY_TRY(tree.right, numbers<int32_t>(fields, "right_child"));
    AUGURY_TRY(tree.leaf_weight, numbers<double>(fields, "leaf_count"));
    AUGURY_TRY(tree.decision, numbers<uint8_t>(fields, "decision_type"));
    if (!fields.contains("decision_type")) tree.decision.resize(tree.feature.size());
    if (sets == 0) return tree;
    AUGURY_TRY(tree.category_bounds, numbers<uint32_t>(fields, "cat_boundaries"));
    AUGURY_TRY(tree.category_words, numbers<uint32_t>(fields, "cat_threshold"));
    if (tree.category_bounds.size() != size_t{sets} + 1)
      return wrong(fields.contains("cat_boundaries") ? fields.at("cat_boundaries").line : line,
                   std::to_string(tree.category_bounds.size()) + " cat_boundaries",
                   "num_cat + 1 = " + std::to_string(uint64_t{sets} + 1));
    return tree;
  }

  Result<void> check_tree_count() const {
    const size_t count = forest_.trees.size();
    if (count == 0) return wrong(number_, "no tree", "at least one");
    if (count % forest_.outputs != 0)
      return wrong(number_, std::to_string(count) + " trees",
                   "a multiple of num_tree_per_iteration = " + std::to_string(forest_.outputs));
    return {};
  }

  std::string_view left_;
  std::string_view name_;
  std::string_view line_;
  size_t number_ = 0;
  bool ended_ = false;
  FlatForest forest_;
};

}  // namespace

bool is_lightgbm_text(std::string_view file) { return file.starts_with("tree\n") || file.starts_with("tree\r\n"); }

Result<FlatForest> read_lightgbm_text(std::string_view file, std::string_view name) {
  return Reader(file, name).read();
}

}  // namespace augury::model
