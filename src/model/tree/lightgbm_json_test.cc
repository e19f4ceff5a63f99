#include "model/tree/lightgbm_json.h"

#include <gtest/gtest.h>

#include <limits>

#include "model/testing/hostile_files.h"
#include "model/testing/small_models.h"
#include "model/tree/tree_scorer.h"

namespace augury::model {
namespace {

const std::string kModel = small_lightgbm_json();

std::string with(std::string_view from, std::string_view to) { return replaced(kModel, from, to); }

TEST(LightgbmJson, ReadsNumbersCategoriesAndSingleLeaves) {
  const auto forest = read_lightgbm_json(kModel, "x");
  ASSERT_TRUE(forest) << forest.error().message;
  const TreeScorer scorer(*forest, "v");
  const std::vector<float> rows{3, 1, /**/ 3, 0, /**/ 9, 7, /**/ std::numeric_limits<float>::quiet_NaN(), 0};
  std::vector<double> margins(4);
  ASSERT_TRUE(scorer.score(std::span<const float>(rows), 4, margins, Output::Margin));
  EXPECT_EQ(margins, (std::vector<double>{0.75, -0.75, 2.25, -0.75}));
  EXPECT_EQ(scorer.input_names()[1], "colour");
  EXPECT_EQ(forest->link.kind, LinkKind::Sigmoid);
}

TEST(LightgbmJson, ReadsMembersInAnyOrder) {
  // As a program that sorts them would write: the trees before what describes them.
  std::string file = with(R"("max_feature_idx":1,)", "");
  file = replaced(file, R"("pandas_categorical")", R"("max_feature_idx":1,"pandas_categorical")");
  EXPECT_TRUE(read_lightgbm_json(file, "x"));
}

TEST(LightgbmJson, HasMarginsOnlyIfTheDumpNamesNoObjective) {
  const auto forest = read_lightgbm_json(with(R"("objective":"binary sigmoid:1",)", ""), "x");
  ASSERT_TRUE(forest);
  EXPECT_EQ(forest->link.kind, LinkKind::Identity);
}

std::string chain(size_t depth) {
  std::string open, close;
  for (size_t i = 0; i < depth; ++i) {
    open += R"({"split_feature":0,"threshold":1,"decision_type":"<=","right_child":{"leaf_value":1},"left_child":)";
    close += "}";
  }
  return with(R"({"leaf_value":0.25})", open + R"({"leaf_value":0.25})" + close);
}

TEST(LightgbmJson, ReadsAChainAsDeepAsAFileMayBe) {
  const auto forest = read_lightgbm_json(chain(60'000), "x");
  ASSERT_TRUE(forest) << forest.error().message;
  EXPECT_EQ(forest->trees[1].depth, 60'000u);
}

TEST(LightgbmJson, RefusesMalformedFilesSayingWhatAndWhere) {
  const std::vector<Hostile> table{
      {kModel.substr(0, kModel.size() - 1), "found the end of the document"},
      {with("\"v4\"", "\"v9\""), "LightGBM dump version 'v9' is not built", Code::Invalid},
      {with(R"("version":"v4",)", ""), "LightGBM dump version '' is not built", Code::Invalid},
      {with("num_tree_per_iteration\":1", "num_tree_per_iteration\":0"), "num_tree_per_iteration: found 0"},
      {with("num_tree_per_iteration\":1", "num_tree_per_iteration\":9999999"), "expected 1 to 65536"},
      {with("num_tree_per_iteration\":1", "num_tree_per_iteration\":3"), "found 2 trees, expected a multiple"},
      {with("max_feature_idx\":1", "max_feature_idx\":40"), "feature_names: found 2, expected max_feature_idx + 1"},
      {with("max_feature_idx\":1", "max_feature_idx\":9223372036854775807"), "feature_names: found 2"},
      {with(R"(["age","colour"])", R"(["age","age"])"), "'age' names two features"},
      {with(R"(["age","colour"])", "[]"), "feature_names: found 0"},
      {with(R"(["age","colour"])", "[1,2]"), "expected a text"},
      {with("binary sigmoid:1", "focal"), "objective 'focal' is not known", Code::Invalid},
      {with("binary sigmoid:1", "binary sigmoid:-1"), "found 'sigmoid:-1'"},
      {with(R"("tree_info":[)", R"("tree_info":[],"other":[)"), "found no tree in tree_info"},
      {with(R"("tree_structure")", R"("structure")"), "tree 0: found no tree_structure"},
      {with(R"("tree_structure":{"leaf_value":0.25})", R"("tree_structure":[])"), "tree 1: byte "},
      {with(R"({"leaf_value":0.25})", "{}"), "found neither children nor a value before here"},
      {with(R"("split_feature":1)", R"("split_feature":2)"), "split_feature: node 0: found feature 2, expected 0 to 1"},
      {with(R"("split_feature":1)", R"("split_feature":99999999999)"), "expected a feature"},
      {with(R"("split_feature":1,)", ""), "found feature -1"},
      {with(R"("threshold":5.5)", R"("threshold":NaN)"), "threshold: node 1: found nan"},
      {with(R"("threshold":5.5)", R"("threshold":"1")"), "a threshold that does not fit decision_type"},
      {with(R"("threshold":"1||2")", R"("threshold":1)"), "a threshold that does not fit decision_type"},
      {with(R"("threshold":"1||2")", R"("threshold":"1||x")"), "found '1||x' before here, expected categories"},
      {with(R"("threshold":"1||2")", R"("threshold":"-1")"), "found category -1"},
      {with(R"("threshold":"1||2")", R"("threshold":"1||2147483000")"), "take more memory than the file explains",
       Code::Invalid},
      {with(R"("decision_type":"<=")", R"("decision_type":"<")"), "found '<' before here, expected one like '<='"},
      {with(R"("missing_type":"NaN")", R"("missing_type":"Nan")"), "found 'Nan' before here"},
      {with(R"("default_left":true)", R"("default_left":1)"), "expected true or false"},
      {with(R"("leaf_value":2,)", R"("leaf_value":NaN,)"), "leaf_value: found nan"},
      {with(R"("leaf_value":2,)", R"("leaf_value":2,"leaf_value":3,)"), "found a second leaf_value"},
      {with(R"("leaf_count":70)", R"("leaf_count":-70)"), "leaf_count: expected counts of 0 or more"},
      {with(R"("leaf_value":2,)", R"("leaf_coeff":[1],"leaf_value":2,)"), "linear trees", Code::Invalid},
      {with(R"(,"right_child":{"leaf_index":2,"leaf_value":2,"leaf_count":70})", ""),
       "found one child before here, expected both or none"},
      {with(R"("right_child":{"leaf_index":2)", R"("left_child":{"leaf_index":2)"), "found left_child twice"},
      {with(R"("left_child":{"leaf_index":1)", R"("leaf_value":1,"left_child":{"leaf_index":1)"),
       "found children and a value before here"},
      {chain(70'000), "found more than 65536 levels, expected fewer"},
  };
  ASSERT_GE(table.size(), 25u);
  expect_refused(table, "model 'x': ");
}

TEST(LightgbmJson, SurvivesRandomDamage) { expect_survives_damage(kModel, "0123456789-.,[]{}\":e|"); }

}  // namespace
}  // namespace augury::model
