#include "model/neural/onnx_file.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>

#include "model/testing/onnx_builder.h"

namespace augury::model {
namespace {

namespace fs = std::filesystem;

OnnxBuilder sum_net() {
  OnnxBuilder net;
  net.input("x", OnnxBuilder::kFloat, {-1, 2}).weights("w", {2, 1}, {1, 10});
  net.node("MatMul", {"x", "w"}, {"y"}).output("y", OnnxBuilder::kFloat, {-1, 1});
  return net;
}

// Checks that it is refused, and with these words.
void expect_refused(const std::string& file, Code code, std::string_view words, const std::string& folder = {}) {
  EXPECT_TRUE(is_onnx(file));
  const auto read = read_onnx(file, "m.onnx", folder);
  ASSERT_FALSE(read) << "taken, expected: " << words;
  EXPECT_EQ(read.error().code, code) << read.error().message;
  EXPECT_NE(read.error().message.find(words), std::string::npos) << read.error().message;
  EXPECT_TRUE(read.error().message.starts_with("model 'm.onnx': ")) << read.error().message;
}

class ExternalData : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_ / "inner");
    const float values[] = {0, 1, 10};
    for (const auto& file : {folder_ / "data.bin", folder_ / "inner" / "data.bin", root_ / "secret.bin"})
      std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(values), sizeof values);
  }
  void TearDown() override { fs::remove_all(root_); }

  static std::string net(std::string_view location, uint64_t offset = 4, int64_t rows = 2) {
    OnnxBuilder net;
    net.input("x", OnnxBuilder::kFloat, {-1, 2}).external("w", {rows, 1}, location, offset);
    return net.node("MatMul", {"x", "w"}, {"y"}).output("y", OnnxBuilder::kFloat, {-1, 1}).file();
  }

  const fs::path root_ = fs::path(testing::TempDir()) / ("augury-onnx-" + std::to_string(::getpid()));
  const fs::path folder_ = root_ / "models";
};

TEST(OnnxFile, SaysWhatItTakesAndGives) {
  auto read = read_onnx(sum_net().metadata("feature_names", "price,age").file(), "m.onnx", "");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->inputs.size(), 1u) << "weights are no inputs";
  EXPECT_EQ(read->inputs[0].name, "x");
  EXPECT_EQ(read->inputs[0].shape, (std::vector<int64_t>{-1, 2}));
  EXPECT_EQ(read->outputs[0].element_type, OnnxBuilder::kFloat);
  EXPECT_EQ(read->feature_names, (std::vector<std::string>{"price", "age"}));
  EXPECT_EQ(read->multiplications, 2u);
  EXPECT_FALSE(read->handles_missing);
}

TEST(OnnxFile, OtherContentIsNotOnnx) {
  for (const std::string file : {"", "tree\nversion=v4", "{\"learner\": 1}", "\x08", "CBM1....", "\x80\x04pickle"})
    EXPECT_FALSE(is_onnx(file)) << file;
}

TEST(OnnxFile, RefusesEveryCutOfAFile) {
  const std::string file = sum_net().file();
  for (size_t size = 2; size < file.size(); ++size)
    EXPECT_EQ(read_onnx(std::string_view(file).substr(0, size), "m", "").error().code, Code::Corrupt) << size;
}

TEST(OnnxFile, RefusesCustomOperators) {
  auto net = sum_net();
  net.node("RunMyCode", {"y"}, {"z"}, {}, "com.example");
  expect_refused(net.file(), Code::Invalid, "operator 'RunMyCode' of domain 'com.example' is a custom operator");
}

TEST(OnnxFile, RefusesATensorThatDeclaresMoreThanItHolds) {
  OnnxBuilder net;
  net.input("x", OnnxBuilder::kFloat, {-1, 2}).weights("w", {200, 1}, {1, 10});
  net.node("MatMul", {"x", "w"}, {"y"}).output("y", OnnxBuilder::kFloat, {-1, 1});
  expect_refused(net.file(), Code::Corrupt, "tensor 'w': holds 8 bytes, its shape says 800");
}

TEST(OnnxFile, RefusesAShapeWhoseSizeOverflows) {
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{int64_t{1} << 40, int64_t{1} << 40}, {-1, 2}}) {
    OnnxBuilder net;
    net.input("x", OnnxBuilder::kFloat, {-1, 2}).weights("w", shape, {1, 10});
    net.node("MatMul", {"x", "w"}, {"y"}).output("y", OnnxBuilder::kFloat, {-1, 1});
    expect_refused(net.file(), Code::Corrupt, "over 2^31 elements");
  }
}

TEST(OnnxFile, RefusesNodesThatReadWhatIsNotThere) {
  OnnxBuilder net;
  net.input("x", OnnxBuilder::kFloat, {-1}).node("Add", {"x", "b"}, {"a"}).node("Neg", {"a"}, {"b"});
  expect_refused(net.output("b", OnnxBuilder::kFloat, {-1}).file(), Code::Corrupt, "reads 'b', which nothing before");
}

TEST(OnnxFile, RefusesAnOutputThatNothingMakes) {
  OnnxBuilder net;
  net.input("x", OnnxBuilder::kFloat, {-1}).output("y", OnnxBuilder::kFloat, {-1});
  expect_refused(net.file(), Code::Corrupt, "output 'y' is computed by no node");
}

TEST(OnnxFile, RefusesGraphsNestedWithoutEnd) {
  std::string inner;
  for (int depth = 0; depth < 2'000; ++depth)
    inner = protobuf_field(1, protobuf_field(4, "If") + protobuf_field(5, protobuf_field(6, inner)));
  auto net = sum_net();
  net.raw_graph_field(1, protobuf_field(4, "If") + protobuf_field(5, protobuf_field(6, inner)));
  expect_refused(net.file(), Code::Invalid, "nested over 8 deep");
}

TEST(OnnxFile, RefusesTwoGraphsThatAReaderWouldMerge) {
  const std::string file = sum_net().file();
  expect_refused(file + protobuf_field(7, ""), Code::Corrupt, "found 2 graphs");
}

TEST(OnnxFile, AFlippedBitIsRefusedOrRead) {
  base::Random random(812);
  const std::string file = random_mlp(random, {3, 4, 1});
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = file;
    for (uint64_t flips = 1 + random.below(4); flips > 0; --flips)
      damaged[random.below(damaged.size())] ^= static_cast<char>(1u << random.below(8));
    const auto read = read_onnx(damaged, "m", "");
    EXPECT_TRUE(read || !read.error().message.empty());
  }
}

TEST_F(ExternalData, BesideTheModelIsReadIntoIt) {
  for (const char* location : {"data.bin", "inner/data.bin", "inner/../data.bin"}) {
    auto read = read_onnx(net(location), "m.onnx", folder_.string());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_NE(read->bytes.find(std::string("\0\0\x80\x3f\0\0\x20\x41", 8)), std::string::npos) << "1 and 10 as floats";
    EXPECT_EQ(read->bytes.find("data.bin"), std::string::npos) << "the runtime still sees a path";
  }
}

TEST_F(ExternalData, OutsideTheFolderIsRefused) {
  fs::create_symlink(root_ / "secret.bin", folder_ / "link.bin");
  for (const std::string& location : {std::string("../secret.bin"), (root_ / "secret.bin").string(),
                                      std::string("link.bin"), std::string("inner/../../secret.bin")})
    expect_refused(net(location), Code::Invalid, "outside the model's folder", folder_.string());
}

TEST_F(ExternalData, ThatIsNotThereOrTooShortIsRefused) {
  expect_refused(net("absent.bin"), Code::Invalid, "no file beside the model", folder_.string());
  expect_refused(net("data.bin", 8), Code::Corrupt, "its shape says 8 bytes at 8", folder_.string());
  expect_refused(net("data.bin", 0, int64_t{1} << 28), Code::Corrupt, "which holds 12", folder_.string());
  expect_refused(net("data.bin"), Code::Invalid, "expected all data inside the model");
}

}  // namespace
}  // namespace augury::model
