// Every NeuralRuntime there is, through the suite.
#include "model/neural/runtime_suite.h"

#include "model/neural/plugin.h"

namespace augury::model {
namespace {

INSTANTIATE_TEST_SUITE_P(OpenVino, NeuralRuntimeSuite, testing::Values(&neural_runtime));

TEST(NeuralPlugin, IsOpenedOnceAndSaysSo) {
  auto first = neural_runtime();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*first, neural_runtime().value());
  EXPECT_TRUE(neural_runtime_in_use().starts_with("OpenVINO 20")) << neural_runtime_in_use();
}

TEST(NeuralPlugin, SaysWhatToInstallWhenItIsNotThere) {
  auto absent = open_neural_runtime("no-such-library.so");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, Code::Unavailable);
  EXPECT_NE(absent.error().message.find("tools/setup build"), std::string::npos) << absent.error().message;
}

TEST(NeuralPlugin, RefusesALibraryThatIsNoRuntime) {
  auto other = open_neural_runtime("libm.so.6");
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("is no neural runtime"), std::string::npos) << other.error().message;
}

}  // namespace
}  // namespace augury::model
