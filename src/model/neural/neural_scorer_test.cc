#include "model/neural/neural_scorer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model/fingerprint.h"
#include "model/model_file.h"
#include "model/neural/plugin.h"
#include "model/testing/onnx_builder.h"

namespace augury::model {
namespace {

constexpr int kFloat = OnnxBuilder::kFloat, kInt64 = OnnxBuilder::kInt64;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

std::shared_ptr<const Scorer> loaded(const std::string& file) {
  auto scorer = read_model(file, "m.onnx");
  EXPECT_TRUE(scorer) << scorer.error().message;
  return scorer ? *scorer : nullptr;
}

std::vector<double> scores(const Scorer& scorer, const std::vector<float>& rows) {
  const size_t count = rows.size() / scorer.input_names().size();
  std::vector<double> out(count * static_cast<size_t>(scorer.outputs()));
  auto done = scorer.score(std::span<const float>(rows), count, out);
  EXPECT_TRUE(done) << done.error().message;
  return out;
}

void expect_refused(const std::string& file, std::string_view words) {
  const auto refused = read_model(file, "m.onnx");
  ASSERT_FALSE(refused) << "taken, expected: " << words;
  EXPECT_EQ(refused.error().code, Code::Invalid);
  EXPECT_NE(refused.error().message.find(words), std::string::npos) << refused.error().message;
}

// score = user_table[user] * item_table[item] + price
std::string factorization() {
  return OnnxBuilder()
      .input("user", kInt64, {-1})
      .input("item", kInt64, {-1, 1})
      .input("price", kFloat, {-1})
      .weights("users", {3}, {1, 2, 3})
      .weights("items", {2}, {10, 100})
      .whole("flat", {1}, {-1})
      .node("Reshape", {"item", "flat"}, {"item_flat"})
      .node("Gather", {"users", "user"}, {"u"})
      .node("Gather", {"items", "item_flat"}, {"i"})
      .node("Mul", {"u", "i"}, {"ui"})
      .node("Add", {"ui", "price"}, {"score"})
      .output("score", kFloat, {-1})
      .file();
}

std::string identity(int type, const std::vector<int64_t>& shape, const std::vector<int64_t>& out) {
  return OnnxBuilder().input("x", type, shape).node("Neg", {"x"}, {"y"}).output("y", type, out).file();
}

TEST(NeuralScorer, OneInputTakesItsColumnsByPlace) {
  const std::string file = identity(kFloat, {-1, 3}, {-1, 3});
  const auto scorer = loaded(file);
  ASSERT_NE(scorer, nullptr);
  EXPECT_FALSE(scorer->has_names());
  EXPECT_EQ(scorer->input_names()[2], "x[2]");
  EXPECT_EQ(scorer->outputs(), 3);
  EXPECT_EQ(scorer->version(), version_of(file));
  EXPECT_FALSE(scorer->is_bounded()) << "it would run on a thread that reads requests";
  EXPECT_EQ(scores(*scorer, {1, 2, 3}), (std::vector<double>{-1, -2, -3}));
}

TEST(NeuralScorer, TheFileMayNameItsColumns) {
  OnnxBuilder net;
  net.input("x", kFloat, {-1, 2}).weights("w", {2, 1}, {1, 10}).node("MatMul", {"x", "w"}, {"y"});
  net.output("y", kFloat, {-1, 1});
  const auto scorer = loaded(OnnxBuilder(net).metadata("feature_names", "price,age").file());
  ASSERT_NE(scorer, nullptr);
  EXPECT_TRUE(scorer->has_names());
  EXPECT_EQ(scorer->input_names()[1], "age");
  EXPECT_EQ(scores(*scorer, {1, 2, 3, 4}), (std::vector<double>{21, 43}));
  expect_refused(OnnxBuilder(net).metadata("feature_names", "price").file(), "its metadata names 1 features");
}

TEST(NeuralScorer, SeveralInputsAreKnownByNameAndTablesLookedUpByNumber) {
  const auto scorer = loaded(factorization());
  ASSERT_NE(scorer, nullptr);
  EXPECT_TRUE(scorer->has_names());
  EXPECT_EQ(std::vector<std::string>(scorer->input_names().begin(), scorer->input_names().end()),
            (std::vector<std::string>{"user", "item", "price"}));
  EXPECT_EQ(scores(*scorer, {0, 0, 0.5F, 2, 1, 0, 1, 0, 7}), (std::vector<double>{10.5, 300, 27}));
}

TEST(NeuralScorer, ATableIsNotLookedUpBetweenTwoNumbers) {
  const auto scorer = loaded(factorization());
  ASSERT_NE(scorer, nullptr);
  const std::vector<float> rows{0, 0, 0, 1, 0.5F, 0};
  std::vector<double> out(2);
  const auto refused = scorer->score(std::span<const float>(rows), 2, out);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("input 'item', row 1: found 0.5"), std::string::npos)
      << refused.error().message;
}

TEST(NeuralScorer, ANumberBeyondTheTableFailsAndTheNextAnswerIsRight) {
  const auto scorer = loaded(factorization());
  ASSERT_NE(scorer, nullptr);
  for (const float beyond : {3.0F, -4.0F, 1e9F}) {
    std::vector<double> out(1);
    const std::vector<float> row{beyond, 0, 0};
    const auto done = scorer->score(std::span<const float>(row), 1, out);
    EXPECT_TRUE(!done || std::isfinite(out[0])) << beyond;
  }
  EXPECT_EQ(scores(*scorer, {1, 1, 0}), (std::vector<double>{200}));
}

TEST(NeuralScorer, ARowWithAMissingInputScoresMissingAndItsNeighboursDoNot) {
  const auto scorer = loaded(factorization());
  ASSERT_NE(scorer, nullptr);
  const auto out = scores(*scorer, {kMissing, 0, 0, 1, 0, 0, 1, 0, kMissing});
  EXPECT_TRUE(std::isnan(out[0])) << "no user";
  EXPECT_EQ(out[1], 20);
  EXPECT_TRUE(std::isnan(out[2])) << "no price";
}

TEST(NeuralScorer, ANetworkThatAsksForMissingValuesSeesThem) {
  const auto scorer = loaded(OnnxBuilder()
                                 .input("x", kFloat, {-1, 1})
                                 .weights("five", {1}, {5})
                                 .node("IsNaN", {"x"}, {"m"})
                                 .node("Where", {"m", "five", "x"}, {"y"})
                                 .output("y", kFloat, {-1, 1})
                                 .file());
  ASSERT_NE(scorer, nullptr);
  EXPECT_EQ(scores(*scorer, {kMissing, 2}), (std::vector<double>{5, 2}));
}

TEST(NeuralScorer, OfTwoClassesTheSecondIsTheScore) {
  const auto scorer = loaded(OnnxBuilder()
                                 .input("x", kFloat, {-1, 2})
                                 .node("Softmax", {"x"}, {"p"}, {{"axis", 1}})
                                 .output("p", kFloat, {-1, 2})
                                 .file());
  ASSERT_NE(scorer, nullptr);
  EXPECT_EQ(scorer->outputs(), 1);
  EXPECT_NEAR(scores(*scorer, {0, std::log(3.0F)})[0], 0.75, 1e-6);
}

TEST(NeuralScorer, AFixedNumberOfRowsGoesThroughInGroups) {
  const auto scorer = loaded(identity(kFloat, {4, 1}, {4, 1}));
  ASSERT_NE(scorer, nullptr);
  EXPECT_EQ(scores(*scorer, {1, 2, 3, 4, 5, 6, 7, 8, 9}), (std::vector<double>{-1, -2, -3, -4, -5, -6, -7, -8, -9}));
}

TEST(NeuralScorer, DoublesAreTakenAndComputedAsFloats) {
  const auto wide = loaded(identity(OnnxBuilder::kDouble, {-1}, {-1}));
  ASSERT_NE(wide, nullptr);
  EXPECT_EQ(scores(*wide, {1.5F, -3}), (std::vector<double>{-1.5, 3}));
}

TEST(NeuralScorer, AWholeNumberThatTheRuntimeWouldWrapIsRefused) {
  const auto scorer = loaded(factorization());
  ASSERT_NE(scorer, nullptr);
  const std::vector<double> row{4294967296.0, 0, 0};  // As int32 it would be 0, a user of the table.
  std::vector<double> out(1);
  EXPECT_EQ(scorer->score(std::span<const double>(row), 1, out).error().code, Code::Invalid);
}

TEST(NeuralScorer, RefusesInputsThatAreNoRowsOfNumbers) {
  expect_refused(identity(kFloat, {-1, 3, 3}, {-1, 3, 3}), "expected [rows] or [rows, columns]");
  expect_refused(identity(kFloat, {-1, -1}, {-1, -1}), "expected a fixed number of columns");
  expect_refused(OnnxBuilder()
                     .input("x", kFloat, {-1})
                     .input("k", kFloat, {5})
                     .node("Neg", {"x"}, {"y"})
                     .node("Neg", {"k"}, {"z"})
                     .output("y", kFloat, {-1})
                     .file(),
                 "input 'k' has [5], whose rows are not those of the other inputs");
}

TEST(NeuralScorer, RefusesOutputsThatAreNoScore) {
  expect_refused(OnnxBuilder()
                     .input("x", kFloat, {-1})
                     .node("Neg", {"x"}, {"y"})
                     .node("Abs", {"x"}, {"z"})
                     .output("y", kFloat, {-1})
                     .output("z", kFloat, {-1})
                     .file(),
                 "has the outputs 'y', 'z', 2 of them floats; expected one");
  expect_refused(OnnxBuilder()
                     .input("x", kFloat, {-1, 2})
                     .node("ReduceSum", {"x"}, {"y"}, {{"keepdims", 0}})
                     .output("y", kFloat, {})
                     .file(),
                 "expected [rows], [rows, 1] or [rows, classes]");
}

TEST(NeuralScorer, SaysThatANetworkIsNotTakenApart) {
  const auto scorer = loaded(identity(kFloat, {-1, 1}, {-1, 1}));
  ASSERT_NE(scorer, nullptr);
  EXPECT_EQ(scorer->contributions(std::vector<float>{1}).error().code, Code::Invalid);
}

TEST(NeuralScorer, DamagedModelsAreRefusedOrScore) {
  base::Random random(812);
  const std::string file = random_mlp(random, {3, 4, 1});
  for (int round = 0; round < 100; ++round) {
    std::string damaged = file;
    damaged[random.below(damaged.size())] ^= static_cast<char>(1u << random.below(8));
    const auto scorer = read_model(damaged, "m");
    EXPECT_TRUE(scorer || !scorer.error().message.empty());
  }
}

}  // namespace
}  // namespace augury::model
