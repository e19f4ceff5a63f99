#include "model/tree/catboost_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/testing/hostile_files.h"
#include "model/testing/small_models.h"
#include "model/tree/tree_scorer.h"

namespace augury::model {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

const std::string kModel = small_catboost_json();

std::string with(std::string_view from, std::string_view to) { return replaced(kModel, from, to); }

std::vector<double> margins(const FlatForest& forest, const std::vector<float>& rows) {
  const TreeScorer scorer(forest, "v");
  const size_t count = rows.size() / forest.inputs.size();
  std::vector<double> scores(count * forest.outputs);
  EXPECT_TRUE(scorer.score(std::span<const float>(rows), count, scores, Output::Margin));
  return scores;
}

TEST(CatboostJson, ReadsObliviousTreesScaleAndBias) {
  const auto forest = read_catboost_json(kModel, "x");
  ASSERT_TRUE(forest) << forest.error().message;
  EXPECT_EQ(forest->inputs, (std::vector<std::string>{"age", "shop", "2"}));
  // (leaf + 0.25) * 2 + 0.5; right above a border, left on it; NaN below all or above every one.
  EXPECT_EQ(margins(*forest, {5.5f, 9, 0.5f, /**/ 6, 9, 0, /**/ 5, 9, 1, /**/ 6, 9, kInfinity}),
            (std::vector<double>{2, -1, 5, 9}));
  EXPECT_EQ(margins(*forest, {kNaN, 9, 0, /**/ 6, 9, kNaN, /**/ -kInfinity, 9, kNaN}), (std::vector<double>{2, 9, 5}));
  EXPECT_EQ(forest->link.kind, LinkKind::Sigmoid);
}

TEST(CatboostJson, RoundsWhatIsNoFloatBeforeItIsCompared) {
  const TreeScorer scorer(read_catboost_json(with(R"("border":5.5,
)",
                                                  R"("border":0.1,
)"),
                                             "x")
                              .value(),
                          "v");
  const std::vector<double> rows{0.1, 0, 0, /**/ 0.10000001,
                                 0,   0};  // The first is above 0.1f as a double, not as a float.
  std::vector<double> scores(2);
  ASSERT_TRUE(scorer.score(std::span<const double>(rows), 2, scores, Output::Margin));
  EXPECT_EQ(scores[0], 2);
  EXPECT_EQ(scores[1], -1);
}

TEST(CatboostJson, ExplainsAScoreByTheAveragesOfTheLevels) {
  const TreeScorer scorer(read_catboost_json(kModel, "x").value(), "v");
  // All leaves: (5 - 20 + 60 + 160) / 100 = 2.05; age over 5.5: (-20 + 160) / 60; then both: 4.
  const auto parts = scorer.contributions(std::vector<float>{6, 9, 1}).value();
  EXPECT_DOUBLE_EQ(parts[0], 2 * (140.0 / 60 - 2.05));
  EXPECT_DOUBLE_EQ(parts[1], 0);
  EXPECT_DOUBLE_EQ(parts[2], 2 * (4 - 140.0 / 60));
}

TEST(CatboostJson, ReadsOtherTreesAndSeveralValuesInALeaf) {
  const auto forest = read_catboost_json(small_catboost_chain_json(), "x");
  ASSERT_TRUE(forest) << forest.error().message;
  EXPECT_EQ(forest->outputs, 3u);
  EXPECT_EQ(margins(*forest, {5, 1, /**/ 6, 0, /**/ 6, 1, /**/ kNaN, 0, /**/ 6, kNaN}),
            (std::vector<double>{1, 2, 4, -1, -2, -4, 8, 16, 32, 1, 2, 4, 8, 16, 32}));
}

TEST(CatboostJson, ReadsFilesWithoutScaleAndWithOneBias) {
  EXPECT_EQ(margins(read_catboost_json(with(R"(,
"scale_and_bias":[2,[0.5]])",
                                            ""),
                                       "x")
                        .value(),
                    {6, 9, 1}),
            (std::vector<double>{4.25}));
  EXPECT_EQ(margins(read_catboost_json(with("[2,[0.5]]", "[2,0.5]"), "x").value(), {6, 9, 1}),
            (std::vector<double>{9}));
}

TEST(CatboostJson, RefusesMalformedFilesSayingWhatAndWhere) {
  const std::string chain = small_catboost_chain_json();
  const std::vector<Hostile> table{
      {kModel.substr(0, kModel.size() - 1), "found the end of the document"},
      {with("\"Logloss\"", "\"Surprise\""), "loss 'Surprise' has no transform that is known", Code::Invalid},
      {with("\"Logloss\"", "\"RMSEWithUncertainty\""), "loss 'RMSEWithUncertainty'", Code::Invalid},
      {with("\"FloatFeature\"", "\"OnlineCtr\""), "tree 0: a split on statistics of a categorical feature (OnlineCtr)",
       Code::Invalid},
      {with("\"FloatFeature\"", "\"OneHotFeature\""), "(OneHotFeature) is not built", Code::Invalid},
      {with("\"FloatFeature\"", "\"Other\""), "a split of type 'Other' is not known", Code::Invalid},
      {with(R"("categorical_features")", R"("text_features")"), "text_features are not built", Code::Invalid},
      {with(R"("float_feature_index":0)", R"("float_feature_index":2)"), "found float_feature_index 2 before here"},
      {with(R"("float_feature_index":0)", R"("float_feature_index":-1)"), "found float_feature_index -1"},
      {with(R"("float_feature_index":0,)", ""), "found float_feature_index missing"},
      {with(R"("border":5.5,
)",
            ""),
       "found a split without a border"},
      {with(R"("border":5.5,
)",
            R"("border":NaN,
)"),
       "threshold: node 0: found nan"},
      {with("[0.5,-1,2,4]", "[0.5,-1,2]"), "leaf_value: found 3 values, expected 4"},
      {with("[0.5,-1,2,4]", "[0.5,-1,2,4,5]"), "leaf_value: found 5 values, expected 4"},
      {with("[0.5,-1,2,4]", "[]"), "found no values, expected at least 1"},
      {with("[0.5,-1,2,4]", "[0.5,-1,2,4,5,6,7,8]"), "tree 1: found leaves of 1 values, expected 2"},
      {with("[0.5,-1,2,4]", "[0.5,-1,2,NaN]"), "leaf_value: found nan"},
      {with("[10,20,30,40]", "[10,20,30]"), "leaf_count: found 3 values, expected 4"},
      {with("[10,20,30,40]", "[10,20,30,-1]"), "leaf_count: expected counts of 0 or more"},
      {with("[2,[0.5]]", "[2,[0.5,1]]"), "scale_and_bias: found 2 biases, expected 1"},
      {with("[2,[0.5]]", "[NaN,[0.5]]"), "scale_and_bias: found a value that is no number"},
      {with("[2,[0.5]]", "[2,[Infinity]]"), "scale_and_bias: found a value that is no number"},
      {with(R"("flat_feature_index":2)", R"("flat_feature_index":4000000000)"), "found flat_feature_index 4000000000"},
      {with(R"("flat_feature_index":2)", R"("flat_feature_index":-1)"), "found flat_feature_index -1"},
      {with(R"("flat_feature_index":2)", R"("flat_feature_index":0)"), "found two features of flat_feature_index 0"},
      {with(R"("feature_id":"shop")", R"("feature_id":"age")"), "'age' names two features"},
      {with("AsFalse", "AsWas"), "found 'AsWas' before here, expected AsIs, AsFalse or AsTrue"},
      {R"({"features_info":{},"oblivious_trees":[]})", "found no feature in features_info"},
      {with(R"("oblivious_trees":[)", R"("oblivious_trees":[],"other":[)"), "found no tree, expected at least one"},
      {with(R"("splits":[)", R"("splits":7,"other":[)"), "expected an array"},
      {replaced(chain, "[1,2,4]", "[1,2]"), "found 3 values of a leaf before here, expected 2"},
      {replaced(chain, "[1,2,4]", "[]"), "found 0 values of a leaf before here"},
      {replaced(chain, R"("right":{"value":[8,16,32],
"weight":70},)",
                ""),
       "found one child before here"},
      {replaced(chain, R"("split":{"border":0.5,"float_feature_index":1,"split_type":"FloatFeature"})", R"("x":0)"),
       "found children without a split"},
      {replaced(chain, R"("left":{"value":[1,2,4],"weight":10})", R"("left":[])"), "expected an object"},
  };
  ASSERT_GE(table.size(), 25u);
  expect_refused(table, "model 'x': ");
}

TEST(CatboostJson, RefusesMoreLevelsThanAnyModelHas) {
  std::string levels;
  for (int i = 0; i < 64; ++i) levels += R"({"border":1,"float_feature_index":0,"split_type":"FloatFeature"},)";
  expect_refused(
      {{with(R"("splits":[)", R"("splits":[)" + levels), "split_feature: found 66 levels, expected at most 16"},
       {with(R"("splits":[)", R"("splits":[)" + levels.substr(0, levels.size() / 4)),
        "split_feature: found 18 levels, expected at most 16"}},
      "model 'x': tree 0: ");
}

TEST(CatboostJson, SurvivesRandomDamage) { expect_survives_damage(kModel, "0123456789-.,[]{}\":e"); }

TEST(CatboostJson, SurvivesRandomDamageInOtherTrees) {
  expect_survives_damage(small_catboost_chain_json(), "0123456789-.,[]{}\":e");
}

}  // namespace
}  // namespace augury::model
