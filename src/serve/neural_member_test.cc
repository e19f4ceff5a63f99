// An ensemble with a neural member, and a real network in it.
#include <gtest/gtest.h>

#include <thread>

#include "experiment/assignment.h"
#include "model/model_file.h"
#include "model/testing/onnx_builder.h"
#include "serve/testing/scene.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // A request names what it means.

namespace augury::serve {
namespace {

using model::OnnxBuilder;

std::shared_ptr<const model::Scorer> network(const std::string& file) {
  auto scorer = model::read_model(file, "net.onnx");
  if (!scorer) ADD_FAILURE() << scorer.error().message;
  return scorer ? *scorer : nullptr;
}

// The feature itself, times minus one.
std::string negation(int type = OnnxBuilder::kFloat, const std::string& feature = "category_clicks") {
  OnnxBuilder net;
  net.input(feature, type, {-1});
  if (type == OnnxBuilder::kFloat) net.node("Neg", {feature}, {"y"});
  if (type != OnnxBuilder::kFloat) net.node("Cast", {feature}, {"y"}, {{"to", OnnxBuilder::kFloat}});
  return net.output("y", OnnxBuilder::kFloat, {-1}).file();
}

// Half a billion multiplications a row: some 50 ms of any processor.
std::string slow_network() {
  constexpr int64_t kWide = 3'000;
  OnnxBuilder net;
  net.input("category_clicks", OnnxBuilder::kFloat, {-1, 1});
  net.weights("in", {1, kWide}, std::vector<float>(kWide, 0.01F));
  net.weights("w", {kWide, kWide}, std::vector<float>(kWide * kWide, 0.0003F));
  net.weights("out", {kWide, 1}, std::vector<float>(kWide, 1));
  net.node("MatMul", {"category_clicks", "in"}, {"h0"});
  for (int i = 0; i < 60; ++i)
    net.node("MatMul", {"h" + std::to_string(i), "w"}, {"m" + std::to_string(i)})
        .node("Relu", {"m" + std::to_string(i)}, {"h" + std::to_string(i + 1)});
  return net.node("MatMul", {"h60", "out"}, {"y"}).output("y", OnnxBuilder::kFloat, {-1, 1}).file();
}

// The placement `blend`: {ranker: 2, other: 1, cheapness: 1}, with the network as `other`.
class NeuralMember : public testing::Test {
 protected:
  void use(std::shared_ptr<const model::Scorer> scorer) {
    scene_.service->swap(scene_.shop.snapshot({scene_.ranker, std::move(scorer), scene_.light}));
  }
  Prediction ask() {
    scene_.shop.event("click", "known", "pen");
    return scene_.answer({.user_id = "known", .placement = "blend", .explain = true});
  }
  std::vector<Exposure::Member> members() const { return scene_.recording.taken().back().members; }
  static std::string with_timeout(std::string_view timeout) {
    std::string text(pipeline::Shop::kText);
    for (size_t at = 0; (at = text.find("timeout: 40ms", at)) != std::string::npos; ++at)
      text.replace(at, 13, "timeout: " + std::string(timeout));
    return text;
  }
  void expect_left_out(const Prediction& p, std::string_view code) const {
    EXPECT_EQ(p.level, Level::Primary);
    EXPECT_EQ(p.model_version, "ranker@r1") << "it names what did not answer";
    ASSERT_TRUE(p.error) << "nobody is told";
    EXPECT_EQ(p.error->code, code);
    EXPECT_NE(p.error->message.find("model other"), std::string::npos) << p.error->message;
    ASSERT_EQ(members().size(), 2u);
    EXPECT_NEAR(members()[0].weight + members()[1].weight, 4, 1e-12) << "the others are not scaled up";
  }

  Scene scene_{false, with_timeout("15ms")};
};

TEST_F(NeuralMember, HasItsSayAndIsNamedAsTheReason) {
  auto scorer = network(negation());
  ASSERT_NE(scorer, nullptr);
  use(scorer);
  ask();  // The first run of a network makes its buffers.
  const auto p = ask();
  EXPECT_FALSE(p.error) << p.error->message;
  EXPECT_EQ(p.model_version, "ranker@r1+other@" + std::string(scorer->version()));
  ASSERT_EQ(members().size(), 3u);
  EXPECT_EQ(members()[1].weight, 1);
  ASSERT_FALSE(p.items.empty());
  EXPECT_TRUE(std::ranges::any_of(p.items[0].reasons, [](const Reason& r) { return r.feature == "other"; }));
}

TEST_F(NeuralMember, ThatIsLateIsLeftOutAndTheAnswerSaysSo) {
  auto scorer = network(slow_network());
  ASSERT_NE(scorer, nullptr);
  use(scorer);
  const auto p = ask();
  expect_left_out(p, "PREDICTION_TIMEOUT");
  EXPECT_LT(p.latency_ms, 100);
}

TEST_F(NeuralMember, ThatFailsIsLeftOutAndTheAnswerSaysSo) {
  auto scorer = network(negation(OnnxBuilder::kInt64, "cheapness"));  // Tables are looked up by whole numbers.
  ASSERT_NE(scorer, nullptr);
  use(scorer);
  expect_left_out(ask(), "MODEL_UNAVAILABLE");
}

TEST_F(NeuralMember, RunsWhileTheTreesRun) {
  scene_.other->set_foreign();
  bool together = false;
  scene_.ranker->on_score([&] {
    for (int i = 0; i < 1'000 && scene_.other->calls() == 0; ++i)
      std::this_thread::sleep_for(std::chrono::microseconds{10});
    together = scene_.other->calls() > 0;
  });
  EXPECT_EQ(ask().level, Level::Primary);
  EXPECT_TRUE(together) << "the member on the pool waited for the one before it";
}

}  // namespace
}  // namespace augury::serve
