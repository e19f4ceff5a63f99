#include "model/tree/xgboost.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/model_file.h"
#include "model/testing/hostile_files.h"
#include "model/testing/small_models.h"
#include "model/tree/xgboost_objective.h"

namespace augury::model {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

const std::string kModel = small_xgboost_json();

std::string with(std::string_view from, std::string_view to) { return replaced(kModel, from, to); }

std::vector<double> scored(std::string_view file, const std::vector<float>& rows, Output output = Output::Margin) {
  const auto scorer = read_model(file, "x");
  if (!scorer) return ADD_FAILURE() << scorer.error().message, std::vector<double>{};
  const size_t count = rows.size() / (*scorer)->input_names().size();
  std::vector<double> scores(count * static_cast<size_t>((*scorer)->outputs()));
  EXPECT_TRUE((*scorer)->score(std::span<const float>(rows), count, scores, output));
  return scores;
}

TEST(Xgboost, ReadsSplitsCategoriesAndMissingValues) {
  const std::vector<float> rows{3, 1,    /**/ 3, 0,  /**/ 5.5f, 0,    /**/ 9, 7,         /**/ kNaN,       0,
                                3, kNaN, /**/ 3, -1, /**/ 3,    2.9f, /**/ 3, kInfinity, /**/ -kInfinity, 0};
  const std::vector<double> margins{2.25, 0.75, -0.75, -0.75, -0.75, 0.75, 0.75, 2.25, 0.75, 0.75};
  EXPECT_EQ(scored(kModel, rows), margins);
  EXPECT_EQ(scored(small_xgboost_ubjson(), rows), margins);
}

TEST(Xgboost, ReadsWhatOlderVersionsWrite) {
  // 1.0: flags as booleans, one base_score; before 1.3 no categories.
  std::string old = with("[1,0,0,0,0]", "[true,false,false,false,false]");
  old = replaced(old, R"("base_score":"[5E-1]")", R"("base_score":"5E-1")");
  EXPECT_EQ(scored(old, {3, 1, 3, 0}), scored(kModel, {3, 1, 3, 0}));
  EXPECT_EQ(scored(with(R"("[5E-1]")", "0.5"), {3, 1}), scored(kModel, {3, 1}));
}

TEST(Xgboost, StartsFromTheMarginOfTheBaseScore) {
  EXPECT_EQ(scored(with("5E-1", "7.5E-1"), {3, 1}), (std::vector<double>{2.25 + static_cast<double>(std::log(3.0f))}));
  EXPECT_EQ(scored(replaced(with("5E-1", "4"), "binary:logistic", "count:poisson"), {3, 1}),
            (std::vector<double>{2.25 + static_cast<double>(std::log(4.0f))}));
  EXPECT_EQ(scored(replaced(with("5E-1", "4"), "binary:logistic", "reg:squarederror"), {3, 1}),
            (std::vector<double>{6.25}));
}

TEST(Xgboost, AddsFloatsOneByOne) {
  // 2^24 and 1: the sum is no float.
  const std::string file = replaced(with("[0,5.5,2,0.5,-1]", "[0,5.5,16777216,0.5,-1]"), R"("split_conditions":[0.25])",
                                    R"("split_conditions":[1])");
  EXPECT_EQ(scored(file, {3, 1}), (std::vector<double>{16777216.0}));
}

TEST(Xgboost, SendsTreesToTheOutputsTheFileSays) {
  std::string file =
      replaced(with(R"("tree_info":[0,0])", R"("tree_info":[2,0])"), R"("num_class":"0")", R"("num_class":"3")");
  file = replaced(file, "[5E-1]", "[1,2,4]");
  file = replaced(file, "binary:logistic", "multi:softmax");
  EXPECT_EQ(scored(file, {3, 1}), (std::vector<double>{1.25, 2, 6}));
  const auto scores = scored(file, {3, 1}, Output::Transformed);
  EXPECT_FLOAT_EQ(static_cast<float>(scores[0] + scores[1] + scores[2]), 1.0f);
}

TEST(Xgboost, WeighsTheTreesOfDart) {
  std::string file = with(R"("gradient_booster":{"model")", R"("gradient_booster":{"gbtree":{"model")");
  file = replaced(file, R"("name":"gbtree"})", R"("name":"gbtree"},"name":"dart","weight_drop":[0.5,2]})");
  EXPECT_EQ(scored(file, {3, 1}), (std::vector<double>{1.5}));
  expect_refused({{replaced(file, "[0.5,2]", "[0.5]"), "weight_drop: found 1 weights, expected 2"}}, "model 'x': ");
}

TEST(Xgboost, PassesOverNodesThatPruningLeft) {
  // Node 1 is a leaf now; 3 and 4 are nobody's.
  const std::string file = replaced(with("[1,3,-1,-1,-1]", "[1,-1,-1,-1,-1]"), "[2,4,-1,-1,-1]", "[2,-1,-1,-1,-1]");
  EXPECT_EQ(scored(file, {3, 0}), (std::vector<double>{5.75}));
}

TEST(Xgboost, NamesInputsThatTheFileDoesNot) {
  const auto scorer = read_model(with(R"(["age","colour"])", "[]"), "x");
  ASSERT_TRUE(scorer) << scorer.error().message;
  EXPECT_EQ((*scorer)->input_names()[1], "f1");
}

TEST(Xgboost, TransformsInFloats) {
  const auto score = [](std::string_view objective, float age) {
    return scored(with("binary:logistic", objective), {age, 0}, Output::Transformed).at(0);
  };
  EXPECT_EQ(score("binary:logistic", 3), static_cast<double>(1.0f / (1.0f + std::exp(-0.75f))));
  EXPECT_EQ(score("binary:hinge", 3), 1);
  EXPECT_EQ(score("binary:hinge", 9), 0);
  EXPECT_EQ(score("rank:ndcg", 3), 1.25);
  EXPECT_EQ(score("survival:aft", 3), static_cast<double>(std::exp(std::log(0.5f) + 0.75f)));
}

TEST(Xgboost, KeepsProbabilitiesOffZeroAndOneAsTheLibraryDoes) {
  const auto logistic = xgboost_objective("binary:logistic").value();
  EXPECT_EQ(logistic.margin_of(1e-7f).value(), logistic.margin_of(1e-6f).value());
  EXPECT_EQ(logistic.margin_of(1e-7f).value(), -13.81551f);
  EXPECT_FALSE(logistic.margin_of(-0.1f));
  EXPECT_FALSE(logistic.margin_of(kNaN));
}

std::string deep_chain() {
  constexpr int kSplits = 100'000;
  std::string left, right, zeros;
  for (int i = 0; i < kSplits; ++i) {
    left += std::to_string(2 * i + 1) + ",-1,";
    right += (i + 1 < kSplits ? std::to_string(2 * i + 2) : "0") + ",-1,";
    zeros += "0,0,";
  }
  // Even nodes are splits: their left child is a leaf, their right child the next split, the last one's the root.
  std::string file = with("[1,3,-1,-1,-1]", "[" + left + "-1]");
  file = replaced(file, "[2,4,-1,-1,-1]", "[" + right + "-1]");
  for (const std::string_view list : {"[1,0,0,0,0],\"id\"", "[0,5.5,2,0.5,-1]", "[1,0,0,0,0],\"split_type\"",
                                      "[1,0,0,0,0],\n", "[100,30,70,10,20]"}) {
    const size_t end = list.find(']');
    file = replaced(file, list, "[" + zeros + "0" + std::string(list.substr(end)));
  }
  return replaced(file, R"("num_nodes":"5")", R"("num_nodes":"200001")");
}

TEST(Xgboost, RefusesMalformedFilesSayingWhatAndWhere) {
  const std::vector<Hostile> table{
      {kModel.substr(0, kModel.size() - 1), "byte "},
      {kModel.substr(0, kModel.size() / 2), "found the end of the document"},
      {kModel + "x", "expected the end of the document"},
      {R"({"learner":{}})", "booster '' is not built", Code::Invalid},
      {R"({"learner":[]})", "expected an object"},
      {with(R"("name":"gbtree")", R"("name":"gblinear")"), "booster 'gblinear' is not built", Code::Invalid},
      {with("binary:logistic", "reg:expectileerror"), "objective 'reg:expectileerror' is not known", Code::Invalid},
      {with(R"("num_feature":"2",
"num_target")",
            R"("num_feature":"4000000000",
"num_target")"),
       "num_feature: found 4000000000, expected 1 to 1000000"},
      {with(R"("num_feature":"2",
"num_target")",
            R"("num_feature":"999999",
"num_target")"),
       "feature_names: found 2, expected num_feature = 999999"},
      {with(R"("num_feature":"2",
"num_target")",
            R"("num_feature":"-1",
"num_target")"),
       "num_feature: found -1"},
      {with(R"("num_class":"0")", R"("num_class":"70000")"), "num_class: found 70000, expected 0 to 65536"},
      {with(R"("num_class":"0")", R"("num_class":"x")"), "found 'x' before here, expected a whole number"},
      {with(R"("num_target":"1")", R"("num_target":"-2")"), "num_target: found -2"},
      {with("[5E-1]", "[0.1,0.2]"), "base_score: found 2 values, expected 1 or 1"},
      {with("[5E-1]", "[]"), "base_score: found 0 values"},
      {with("[5E-1]", "[0.1"), "expected base_score as a number or a list"},
      {with("[5E-1]", "[2]"), "base_score: found 2.000000, expected 0 to 1, a probability"},
      {with("[5E-1]", "NaN"), "base_score: found nan"},
      {with(R"(["age","colour"])", R"(["age","age"])"), "'age' names two features"},
      {with(R"("tree_info":[0,0])", R"("tree_info":[0])"), "found more trees than the 1 of tree_info"},
      {with(R"("tree_info":[0,0])", R"("tree_info":[0,0,0])"), "found 2 trees, expected 3"},
      {with(R"("tree_info":[0,0])", R"("tree_info":[0,1])"), "tree 1: tree_info: found 1, expected 0 to 0"},
      {with(R"("tree_info":[0,0])", R"("tree_info":[-1,0])"), "tree 0: tree_info: found -1"},
      {with(R"("trees":[)", R"("trees_":[)"), "found no tree in learner/gradient_booster/model/trees"},
      {with("[1,3,-1,-1,-1]", "[1,9,-1,-1,-1]"), "tree 0: left_children: node 1: found child 9, expected 0 to 4"},
      {with("[1,3,-1,-1,-1]", "[1,-7,-1,-1,-1]"), "found child -7"},
      {with("[1,3,-1,-1,-1]", "[1,0,-1,-1,-1]"), "found child 0 a second time, expected a tree"},
      {with("[2,4,-1,-1,-1]", "[2,3,-1,-1,-1]"), "node 1: found child 3 a second time"},
      {with("[2,4,-1,-1,-1]", "[2,-1,-1,-1,-1]"), "node 1: found one child, expected none or two"},
      {with("[2,4,-1,-1,-1]", "[2,4,-1,-1]"), "right_children: found 4 values, expected 5"},
      {with("[1,3,-1,-1,-1]", "[]"), "left_children: found no values"},
      {with("[1,3,-1,-1,-1]", "[1,3,-1,-1,99999999999]"), "found 99999999999 before here, expected a number in range"},
      {with("[1,3,-1,-1,-1]", "[1,3.5,-1,-1,-1]"), "expected a whole number of 64 bits"},
      {with("[1,3,-1,-1,-1]", "7"), "expected an array"},
      {with("[0,5.5,2,0.5,-1]", "[0,NaN,2,0.5,-1]"), "split_conditions: node 1: found nan, expected a number"},
      {with("[0,5.5,2,0.5,-1]", "[0,5.5,NaN,0.5,-1]"), "split_conditions: found nan"},
      {with("[0,5.5,2,0.5,-1]", "[0,5.5,1e99,0.5,-1]"), "split_conditions: found inf"},
      {with("[0,5.5,2,0.5,-1]", "[0,5.5,2]"), "split_conditions: found 3 values, expected 5"},
      {with(R"("split_indices":[1,0,0,0,0])", R"("split_indices":[2,0,0,0,0])"),
       "split_indices: node 0: found feature 2, expected 0 to 1"},
      {with(R"("split_indices":[1,0,0,0,0])", R"("split_indices":[-1,0,0,0,0])"), "found feature -1"},
      {with(R"("split_type":[1,0,0,0,0])", R"("split_type":[2,0,0,0,0])"), "type 2 is not known", Code::Invalid},
      {with(R"("split_type":[1,0,0,0,0])", R"("split_type":[1,1,0,0,0])"), "found no categories of node 1"},
      {with(R"("num_nodes":"5")", R"("num_nodes":"2000000000")"), "num_nodes: found 2000000000, expected 5"},
      {with(R"("size_leaf_vector":"1"}},)", R"("size_leaf_vector":"3"}},)"), "multi_output_tree", Code::Invalid},
      {with(R"("categories_nodes":[0])", R"("categories_nodes":[5])"), "categories_nodes: found node 5"},
      {with(R"("categories_segments":[0])", R"("categories_segments":[1])"), "found 2 categories from 1 on"},
      {with(R"("categories_sizes":[2])", R"("categories_sizes":[9223372036854775807])"), "categories from 0 on"},
      {with(R"("categories_sizes":[2])", R"("categories_sizes":[])"), "categories_sizes: found 0 values, expected 1"},
      {with(R"("categories":[1,2])", R"("categories":[1,-2])"), "found category -2"},
      {with(R"("categories":[1,2])", R"("categories":[1,2000000000])"), "take more memory than the file explains",
       Code::Invalid},
      {deep_chain(), "found child 0 a second time"},
      {replaced(kModel, "{\"learner\":", "{\"learner\":" + std::string(70'000, '[')), "expected an object"},
      {"{\"x\":" + std::string(70'000, '[') + ",\"learner\":{}}", "an unknown format", Code::Invalid},
  };
  expect_refused(table, "model 'x': ");
}

TEST(Xgboost, RefusesUbjsonThatDeclaresMoreThanItHolds) {
  using namespace std::string_literals;
  const std::string model = small_xgboost_ubjson();
  const auto bomb = [&](std::string_view from, const std::string& to) { return replaced(model, from, to); };
  const std::string list = "left_children[$l#L";
  expect_refused(
      {
          {bomb(list + "\0\0\0\0\0\0\0\5"s, list + "\x7f\xff\xff\xff\xff\xff\xff\xff"s), "elements declared"},
          {bomb(list + "\0\0\0\0\0\0\0\5"s, list + "\0\0\0\0\x10\0\0\0"s), "268435456 elements declared"},
          {bomb(list + "\0\0\0\0\0\0\0\5"s, list + "\xff\xff\xff\xff\xff\xff\xff\xfe"s), "found the length -2"},
          {bomb(list, "left_children[$[#L"), "expected a type of numbers"},
          {bomb("L\0\0\0\0\0\0\0\x0dleft_children"s, "L\0\0\0\0\x7f\0\0\0left_children"s), "found a text of"},
          {bomb("gradient_booster{L", "gradient_booster{$"), "an optimized object"},
          {model.substr(0, model.size() / 2), "byte "},
      },
      "model 'x': ");
}

TEST(Xgboost, SurvivesRandomDamage) { expect_survives_damage(kModel, "0123456789-.,[]{}\":e"); }

TEST(Xgboost, SurvivesRandomDamageInUbjson) {
  using namespace std::string_view_literals;
  expect_survives_damage(small_xgboost_ubjson(), "[]{}$#LlUdSTFZN\0\1\2\377"sv);
}

TEST(Xgboost, KnowsTheOldBinaryByItsNames) {
  std::string old(136, '\1');
  for (const std::string_view text : {"binary:logistic", "gbtree"}) {
    old += static_cast<char>(text.size()) + std::string(7, '\0');
    old += text;
  }
  EXPECT_TRUE(is_xgboost_binary(old));
  EXPECT_TRUE(is_xgboost_binary("binf"));
  EXPECT_FALSE(is_xgboost_binary(old.substr(0, 150)));
  EXPECT_FALSE(is_xgboost_binary(replaced(old, "gbtree", "notree")));
}

}  // namespace
}  // namespace augury::model
