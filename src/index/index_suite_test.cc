// Every Index there is, through the suite.
#include "index/index_suite.h"

#include "index/exact_index.h"

namespace augury::index {
namespace {

std::unique_ptr<Index> exact(base::Epochs& epochs, uint32_t dimension) {
  return std::make_unique<ExactIndex>(epochs, dimension);
}

INSTANTIATE_TEST_SUITE_P(Exact, IndexSuite, testing::Values(IndexCase{exact, 1}));

}  // namespace
}  // namespace augury::index
