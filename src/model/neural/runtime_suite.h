// What every NeuralRuntime must do, whatever library is behind it. runtime_suite_test.cc instantiates it with each.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <thread>
#include <vector>

#include "model/neural/runtime.h"
#include "model/testing/onnx_builder.h"

namespace augury::model {

using OpenRuntime = Result<const NeuralRuntime*> (*)();

class NeuralRuntimeSuite : public testing::TestWithParam<OpenRuntime> {
 protected:
  void SetUp() override {
    auto opened = GetParam()();
    ASSERT_TRUE(opened) << opened.error().message;
    runtime_ = *opened;
  }

  // y = x0 + 10 x1 over any number of rows.
  static std::string sum_file() {
    return OnnxBuilder()
        .input("x", OnnxBuilder::kFloat, {-1, 2})
        .weights("w", {2, 1}, {1, 10})
        .node("MatMul", {"x", "w"}, {"y"})
        .output("y", OnnxBuilder::kFloat, {-1, 1})
        .file();
  }

  const NeuralRuntime* runtime_ = nullptr;
};

TEST_P(NeuralRuntimeSuite, SaysItsNameAndVersion) {
  EXPECT_NE(runtime_->name().find(' '), std::string_view::npos) << runtime_->name();
}

TEST_P(NeuralRuntimeSuite, SaysWhatTheNetworkTakesAndGives) {
  auto network = runtime_->compile(sum_file(), "y");
  ASSERT_TRUE(network) << network.error().message;
  ASSERT_EQ((*network)->inputs().size(), 1u);
  const auto& input = (*network)->inputs()[0];
  EXPECT_EQ(input.name, "x");
  EXPECT_EQ(input.type, ElementType::Float32);
  EXPECT_EQ(input.shape, (std::vector<int64_t>{-1, 2}));
  EXPECT_EQ((*network)->output().shape, (std::vector<int64_t>{-1, 1}));
}

TEST_P(NeuralRuntimeSuite, TakesAnyNumberOfRowsInAnyOrderOfSizes) {
  auto network = runtime_->compile(sum_file(), "y");
  ASSERT_TRUE(network) << network.error().message;
  for (const size_t rows : {1u, 100u, 3u, 500u, 1u, 100u}) {
    std::vector<float> x(rows * 2);
    for (size_t i = 0; i < rows; ++i) x[2 * i] = static_cast<float>(i), x[2 * i + 1] = 1;
    const NeuralInput input{x.data(), {rows, 2}};
    std::vector<double> y(rows);
    ASSERT_TRUE((*network)->run({&input, 1}, y));
    for (size_t i = 0; i < rows; ++i) ASSERT_EQ(y[i], static_cast<double>(i) + 10) << rows;
  }
}

TEST_P(NeuralRuntimeSuite, GivesOnlyTheOutputAskedFor) {
  const std::string file = OnnxBuilder()
                               .input("x", OnnxBuilder::kFloat, {-1})
                               .node("Neg", {"x"}, {"minus"})
                               .node("Abs", {"x"}, {"size"})
                               .output("minus", OnnxBuilder::kFloat, {-1})
                               .output("size", OnnxBuilder::kFloat, {-1})
                               .file();
  auto network = runtime_->compile(file, "size");
  ASSERT_TRUE(network) << network.error().message;
  const std::vector<float> x{-2, 3};
  const NeuralInput input{x.data(), {2}};
  std::vector<double> y(2);
  ASSERT_TRUE((*network)->run({&input, 1}, y));
  EXPECT_EQ(y, (std::vector<double>{2, 3}));
}

TEST_P(NeuralRuntimeSuite, RefusesRoomForAnotherNumberOfScores) {
  auto network = runtime_->compile(sum_file(), "y");
  ASSERT_TRUE(network) << network.error().message;
  const std::vector<float> x(4);
  const NeuralInput input{x.data(), {2, 2}};
  std::vector<double> y(3, 7);
  EXPECT_EQ((*network)->run({&input, 1}, y).error().code, Code::Invalid);
  EXPECT_EQ(y, (std::vector<double>(3, 7)));
}

TEST_P(NeuralRuntimeSuite, RefusesInputsOfAnotherShapeAndWorksOn) {
  auto network = runtime_->compile(sum_file(), "y");
  ASSERT_TRUE(network) << network.error().message;
  const std::vector<float> x(12);
  std::vector<double> y(2);
  const NeuralInput wide{x.data(), {2, 3}};
  EXPECT_EQ((*network)->run({&wide, 1}, y).error().code, Code::Invalid);
  EXPECT_EQ((*network)->run({}, y).error().code, Code::Invalid);
  const NeuralInput good{x.data(), {2, 2}};
  EXPECT_TRUE((*network)->run({&good, 1}, y));
}

TEST_P(NeuralRuntimeSuite, RefusesAnOperatorThatIsNot) {
  const std::string file = OnnxBuilder()
                               .input("x", OnnxBuilder::kFloat, {-1})
                               .node("NoSuchOperator", {"x"}, {"y"})
                               .output("y", OnnxBuilder::kFloat, {-1})
                               .file();
  auto refused = runtime_->compile(file, "y");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::Invalid);
  EXPECT_NE(refused.error().message.find("NoSuchOperator"), std::string::npos) << refused.error().message;
}

TEST_P(NeuralRuntimeSuite, RefusesWhatIsNoModel) {
  EXPECT_EQ(runtime_->compile("not a model", "y").error().code, Code::Invalid);
  EXPECT_EQ(runtime_->compile(sum_file().substr(0, 40), "y").error().code, Code::Invalid);
  EXPECT_EQ(runtime_->compile("", "y").error().code, Code::Invalid);
}

TEST_P(NeuralRuntimeSuite, SeveralThreadsGetTheirOwnAnswers) {
  base::Random random(812);
  auto network = runtime_->compile(random_mlp(random, {8, 32, 1}), "y");
  ASSERT_TRUE(network) << network.error().message;
  constexpr size_t kRows = 40;
  std::vector<float> x(kRows * 8);
  for (float& value : x) value = static_cast<float>(random.uniform());
  const NeuralInput all{x.data(), {kRows, 8}};
  std::vector<double> expected(kRows);
  ASSERT_TRUE((*network)->run({&all, 1}, expected));
  std::vector<std::jthread> threads;
  for (size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (size_t round = 0; round < 50; ++round) {
        const size_t first = (t * 7 + round) % (kRows - 5);
        const NeuralInput some{x.data() + first * 8, {5, 8}};
        std::vector<double> y(5);
        ASSERT_TRUE((*network)->run({&some, 1}, y));
        for (size_t i = 0; i < 5; ++i)
          ASSERT_NEAR(y[i], expected[first + i], 1e-6 * std::max(1.0, std::abs(expected[first + i])));
      }
    });
}

}  // namespace augury::model
