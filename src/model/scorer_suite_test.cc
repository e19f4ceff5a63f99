// Every Scorer there is, through the suite.
#include "model/scorer_suite.h"

#include "model/builtin/column_scorers.h"
#include "model/model_file.h"
#include "model/testing/onnx_builder.h"
#include "model/testing/random_forest.h"
#include "model/testing/small_models.h"
#include "model/tree/tree_scorer.h"

namespace augury::model {
namespace {

std::shared_ptr<const Scorer> forest_scorer(uint32_t outputs, LinkKind link, bool categories,
                                            Arithmetic arithmetic = {}, double oblivious = 0) {
  base::Random random(812);
  FlatForest forest = random_forest(random, {.trees = 20,
                                             .leaves_max = 40,
                                             .outputs = outputs,
                                             .categories = categories,
                                             .arithmetic = arithmetic,
                                             .oblivious = oblivious});
  forest.link.kind = link;
  forest.average = outputs == 2;
  return std::make_shared<const TreeScorer>(std::move(forest), "0123456789ab");
}

std::shared_ptr<const Scorer> network_scorer(std::vector<int64_t> sizes) {
  base::Random random(812);
  return read_model(random_mlp(random, sizes), "m.onnx").value();
}

INSTANTIATE_TEST_SUITE_P(Popularity, ScorerSuite, testing::Values(+[] { return popularity_scorer("a"); }));
INSTANTIATE_TEST_SUITE_P(Recency, ScorerSuite, testing::Values(+[] { return recency_scorer("a", 3).value(); }));
INSTANTIATE_TEST_SUITE_P(Together, ScorerSuite, testing::Values(+[] { return together_scorer({"a", "b"}); }));
INSTANTIATE_TEST_SUITE_P(BinaryTrees, ScorerSuite,
                         testing::Values(+[] { return forest_scorer(1, LinkKind::Sigmoid, false); }));
INSTANTIATE_TEST_SUITE_P(AveragedTrees, ScorerSuite,
                         testing::Values(+[] { return forest_scorer(2, LinkKind::Exp, false); }));
INSTANTIATE_TEST_SUITE_P(MulticlassTrees, ScorerSuite,
                         testing::Values(+[] { return forest_scorer(3, LinkKind::Softmax, true); }));
INSTANTIATE_TEST_SUITE_P(SmallNetwork, ScorerSuite,
                         testing::Values(ScorerCase(+[] { return network_scorer({5, 16, 1}); }, 1e-6, false)));
INSTANTIATE_TEST_SUITE_P(NetworkOfThreeClasses, ScorerSuite,
                         testing::Values(ScorerCase(+[] { return network_scorer({7, 64, 32, 3}); }, 1e-6, false)));

INSTANTIATE_TEST_SUITE_P(XgboostJson, ScorerSuite,
                         testing::Values(+[] { return read_model(small_xgboost_json(), "x").value(); }));
INSTANTIATE_TEST_SUITE_P(XgboostUbjson, ScorerSuite,
                         testing::Values(+[] { return read_model(small_xgboost_ubjson(), "x").value(); }));
INSTANTIATE_TEST_SUITE_P(LightgbmJson, ScorerSuite,
                         testing::Values(+[] { return read_model(small_lightgbm_json(), "x").value(); }));
INSTANTIATE_TEST_SUITE_P(CatboostJson, ScorerSuite,
                         testing::Values(+[] { return read_model(small_catboost_json(), "x").value(); }));
INSTANTIATE_TEST_SUITE_P(CatboostChains, ScorerSuite,
                         testing::Values(+[] { return read_model(small_catboost_chain_json(), "x").value(); }));
INSTANTIATE_TEST_SUITE_P(TreesOfFloats, ScorerSuite, testing::Values(+[] {
                           return forest_scorer(1, LinkKind::FloatSigmoid, false,
                                                {.float_inputs = true, .strict = true});
                         }));
INSTANTIATE_TEST_SUITE_P(ObliviousTrees, ScorerSuite, testing::Values(+[] {
                           return forest_scorer(3, LinkKind::Softmax, false, {.float_inputs = true}, 1);
                         }));

}  // namespace
}  // namespace augury::model
