// Every Scorer there is, through the suite.
#include "model/scorer_suite.h"

#include "model/builtin/column_scorers.h"
#include "model/testing/random_forest.h"
#include "model/tree/tree_scorer.h"

namespace augury::model {
namespace {

std::shared_ptr<const Scorer> forest_scorer(uint32_t outputs, LinkKind link, bool categories) {
  base::Random random(812);
  FlatForest forest =
      random_forest(random, {.trees = 20, .leaves_max = 40, .outputs = outputs, .categories = categories});
  forest.link.kind = link;
  forest.average = outputs == 2;
  return std::make_shared<const TreeScorer>(std::move(forest), "0123456789ab");
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

}  // namespace
}  // namespace augury::model
