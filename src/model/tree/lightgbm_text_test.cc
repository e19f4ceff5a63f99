#include "model/tree/lightgbm_text.h"

#include <gtest/gtest.h>

#include "model/testing/hostile_files.h"
#include "model/tree/tree_scorer.h"

namespace augury::model {
namespace {

const std::string kModel =
    "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\n"
    "objective=binary sigmoid:1\nfeature_names=age colour\nfeature_infos=[0:9] 0:1:2\ntree_sizes=1 2\n\n"
    "Tree=0\nnum_leaves=3\nnum_cat=1\nsplit_feature=1 0\nsplit_gain=3 2\nthreshold=0 5.5\ndecision_type=1 10\n"
    "left_child=-1 -2\nright_child=1 -3\nleaf_value=0.5 -1 2\nleaf_weight=1 1 1\nleaf_count=10 20 70\n"
    "internal_value=0 0\ninternal_weight=1 1\ninternal_count=100 90\ncat_boundaries=0 1\ncat_threshold=6\n"
    "is_linear=0\nshrinkage=1\n\n\n"
    "Tree=1\nnum_leaves=1\nnum_cat=0\nsplit_feature=\nsplit_gain=\nthreshold=\ndecision_type=\nleft_child=\n"
    "right_child=\nleaf_value=0.25\nleaf_weight=\nleaf_count=\nshrinkage=1\n\n\nend of trees\n\nparameters:\nend\n";

std::string with(std::string_view from, std::string_view to) { return replaced(kModel, from, to); }

TEST(LightgbmText, ReadsNumbersCategoriesAndSingleLeaves) {
  const auto forest = read_lightgbm_text(kModel, "x");
  ASSERT_TRUE(forest) << forest.error().message;
  const TreeScorer scorer(*forest, "v");
  const std::vector<float> rows{3, 1, /**/ 3, 0, /**/ 9, 7, /**/ std::numeric_limits<float>::quiet_NaN(), 0};
  std::vector<double> margins(4);
  ASSERT_TRUE(scorer.score(std::span<const float>(rows), 4, margins, Output::Margin));
  EXPECT_EQ(margins, (std::vector<double>{0.75, -0.75, 2.25, -0.75}));
  EXPECT_EQ(scorer.input_names()[1], "colour");
}

TEST(LightgbmText, ExplainsAScoreByThePathsAverages) {
  const TreeScorer scorer(read_lightgbm_text(kModel, "x").value(), "v");
  // Below the root: (10 * .5 - 20 + 140) / 100 = 1.25; below its right child: 120 / 90.
  const auto parts = scorer.contributions(std::vector<float>{9, 7}).value();
  EXPECT_DOUBLE_EQ(parts[1], 120.0 / 90 - 1.25);
  EXPECT_DOUBLE_EQ(parts[0], 2 - 120.0 / 90);
}

TEST(LightgbmText, AcceptsLinesEndedAsOnWindows) {
  std::string text;
  for (char c : kModel) text += c == '\n' ? "\r\n" : std::string(1, c);
  EXPECT_TRUE(is_lightgbm_text(text));
  EXPECT_TRUE(read_lightgbm_text(text, "x"));
}

std::string deep_chain() {
  std::string feature, threshold, left, right, leaves;
  constexpr int kNodes = 100'000;
  for (int i = 0; i < kNodes; ++i) {
    feature += "0 ", threshold += "1 ", leaves += "1 ";
    left += std::to_string(i + 1 < kNodes ? i + 1 : 0) + " ";  // The last goes back to the root.
    right += std::to_string(~i) + " ";
  }
  return "tree\nversion=v4\nnum_tree_per_iteration=1\nmax_feature_idx=0\nfeature_names=a\n\nTree=0\nnum_leaves=100001\n"
         "num_cat=0\nsplit_feature=" +
         feature + "\nthreshold=" + threshold + "\nleft_child=" + left + "\nright_child=" + right +
         "\nleaf_value=" + leaves + "1\n\nend of trees\n";
}

TEST(LightgbmText, RefusesMalformedFilesSayingWhatAndWhere) {
  const std::vector<Hostile> table{
      {"tree\n", "expected 'version='"},
      {with("version=v4", "version=v9"), "line 2: LightGBM text version 'v9' is not built", Code::Invalid},
      {with("num_tree_per_iteration=1", "num_tree_per_iteration=0"), "line 4: found 0, expected 1 to 65536"},
      {with("num_tree_per_iteration=1", "num_tree_per_iteration=99999999999"), "expected a whole number in range"},
      {with("num_tree_per_iteration=1", "num_tree_per_iteration=3"), "a multiple of num_tree_per_iteration = 3"},
      {with("num_tree_per_iteration=1\n", ""), "expected 'num_tree_per_iteration='"},
      {with("max_feature_idx=1", "max_feature_idx=2147483647"),
       "found 2 feature names, expected max_feature_idx + 1 = 2147483648"},
      {with("max_feature_idx=1", "max_feature_idx=-5"), "feature names"},
      {with("feature_names=age colour", "feature_names=age age"), "line 8: 'age' names two features"},
      {with("feature_names=age colour\n", ""), "expected 'feature_names='"},
      {with("objective=binary", "objective=focal"), "line 7: objective 'focal' is not known", Code::Invalid},
      {with("sigmoid:1", "sigmoid:-1"), "line 7: found 'sigmoid:-1'"},
      {with("version=v4", "version=v4\nversion=v4"), "line 3: 'version' is there twice"},
      {with("Tree=0", "Tree=7"), "line 12: found 'Tree=7', expected 'Tree=0'"},
      {with("num_leaves=3", "num_leaves=4000000000"), "found 3 values of leaf_value, expected num_leaves = 4000000000"},
      {with("num_leaves=3", "num_leaves=0"), "expected num_leaves = 0"},
      {with("num_leaves=3\n", ""), "expected 'num_leaves='"},
      {with("split_feature=1 0", "split_feature=1 2"),
       "line 15: tree 0, split_feature: node 1: found feature 2, expected 0 to 1"},
      {with("split_feature=1 0", "split_feature=1 -1"), "found feature -1, expected 0 to 1"},
      {with("split_feature=1 0", "split_feature=1"), "split_feature: found 1 values, expected 2"},
      {with("split_feature=1 0", "split_feature=1 x"), "line 15: found 'x', expected a whole number"},
      {with("threshold=0 5.5", "threshold=0 nan"), "line 17: tree 0, threshold: node 1: found nan, expected a number"},
      {with("threshold=0 5.5", "threshold=0 5.5z"), "line 17: found '5.5z', expected a number"},
      {with("threshold=0 5.5", "threshold=1 5.5"), "found category set 1"},
      {with("threshold=0 5.5", "threshold=-1 5.5"), "found category set -1"},
      {with("threshold=0 5.5", "threshold=0.5 5.5"), "found category set 0.5"},
      {with("decision_type=1 10", "decision_type=1 14"),
       "line 18: tree 0, decision_type: node 1: found 14, expected 0 to 11"},
      {with("decision_type=1 10", "decision_type=1 300"), "found '300', expected a whole number in range"},
      {with("left_child=-1 -2", "left_child=-1 -9"), "line 19: tree 0, left_child: node 1: found -9, expected -3 to 1"},
      {with("left_child=-1 -2", "left_child=-1 0"), "found 0 a second time, expected a tree"},
      {with("right_child=1 -3", "right_child=1 1"), "found 1 a second time, expected a tree"},
      {with("right_child=1 -3", "right_child=-2 -3"), "expected a tree"},
      {with("right_child=1 -3", "right_child=2 -3"), "found 2, expected -3 to 1"},
      {with("left_child=-1 -2", "left_child=-1 -1"), "found -1 a second time"},
      {with("leaf_value=0.5 -1 2", "leaf_value=0.5 -1 nan"), "line 21: tree 0, leaf_value: found nan"},
      {with("leaf_value=0.5 -1 2", "leaf_value=0.5 -1 inf"), "leaf_value: found inf"},
      {with("leaf_value=0.5 -1 2", "leaf_value=0.5 -1"), "found 2 values of leaf_value, expected num_leaves = 3"},
      {with("leaf_count=10 20 70", "leaf_count=10 20 -70"),
       "line 23: tree 0, leaf_count: expected counts of 0 or more"},
      {with("cat_boundaries=0 1", "cat_boundaries=0 9"), "cat_boundaries: the last is 9, expected 1"},
      {with("cat_boundaries=0 1", "cat_boundaries=1 1"), "expected the first to be 0"},
      {with("cat_boundaries=0 1", "cat_boundaries=0"), "found 1 cat_boundaries, expected num_cat + 1 = 2"},
      {with("num_cat=1", "num_cat=4294967295"), "expected num_cat + 1 = 4294967296"},
      {with("num_cat=1", "num_cat=0"), "found category set 0"},
      {with("cat_threshold=6", "cat_threshold=4294967296"), "expected a whole number in range"},
      {with("is_linear=0", "is_linear=1"), "linear trees (linear_tree=true) are not built", Code::Invalid},
      {with("shrinkage=1", "surprise=1"), "found 'surprise', expected a field of a LightGBM tree"},
      {with("end of trees", "the end"), "expected 'Tree=' or 'end of trees'"},
      {kModel.substr(0, kModel.find("end of trees")), "found the end of the file"},
      {kModel.substr(0, kModel.find("Tree=0")) + "end of trees\n", "found no tree, expected at least one"},
      {deep_chain(), "found 0 a second time, expected a tree"},
  };
  ASSERT_GE(table.size(), 25u);
  expect_refused(table, "model 'x': line ");
  EXPECT_TRUE(read_lightgbm_text("forest\n", "x").error().message.contains("line 1: found 'forest', expected 'tree'"));
}

TEST(LightgbmText, SurvivesRandomDamage) { expect_survives_damage(kModel, "0123456789-. \n=e"); }

}  // namespace
}  // namespace augury::model
