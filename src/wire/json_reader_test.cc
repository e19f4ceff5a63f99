#include "wire/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace augury::wire {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string refused(std::string_view text) {
  JsonReader reader;
  auto root = reader.read(text);
  return root ? "accepted" : root.error().message;
}

TEST(JsonReader, GivesEachTypeItsValue) {
  JsonReader reader;
  auto root =
      reader.read(R"({"a": 1, "b": -2.5, "c": true, "d": null, "e": "x\u00e9\n", "f": [1, "two", []], "g": {}})");
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ(root->type(), JsonValue::Type::Object);
  EXPECT_EQ(root->size(), 7u);
  EXPECT_EQ(root->find("a")->integer(), 1);
  EXPECT_EQ(root->find("a")->number(), 1.0);
  EXPECT_EQ(root->find("b")->number(), -2.5);
  EXPECT_EQ(root->find("b")->integer(), std::nullopt);
  EXPECT_EQ(root->find("c")->boolean(), true);
  EXPECT_TRUE(root->find("d")->is_null());
  EXPECT_EQ(root->find("e")->text(), "x\xc3\xa9\n");
  EXPECT_EQ(root->find("f")->size(), 3u);
  EXPECT_EQ(root->find("g")->size(), 0u);
  EXPECT_FALSE(root->find("h"));
  EXPECT_FALSE(root->find("a")->text());
  EXPECT_FALSE(root->find("a")->boolean());
  EXPECT_FALSE(root->find("e")->number());
  EXPECT_FALSE(root->find("a")->find("x")) << "a number has no members";
}

TEST(JsonReader, ReadsWholeDoublesAsIntegersAndNothingElse) {
  JsonReader reader;
  auto root = reader.read("[10.0, 1e3, 0.5, 9223372036854775807, 9223372036854775808, 1e300]");
  ASSERT_TRUE(root);
  std::vector<std::optional<int64_t>> got;
  for (auto value : root->elements()) got.push_back(value.integer());
  EXPECT_THAT(got, testing::ElementsAre(10, 1000, std::nullopt, INT64_MAX, std::nullopt, std::nullopt));
}

TEST(JsonReader, WalksMembersInTheirOrderAndFindsTheLastOfDuplicates) {
  JsonReader reader;
  auto root = reader.read(R"({"b": {"deep": [1, 2]}, "a": 2, "b": 3})");
  ASSERT_TRUE(root);
  std::string names;
  for (auto [name, value] : root->members()) names += name;
  EXPECT_EQ(names, "bab");
  EXPECT_EQ(root->find("b")->integer(), 3);
  EXPECT_EQ(root->elements().begin(), root->elements().end()) << "an object has no elements";
}

TEST(JsonReader, RefusesBytesBehindTheValue) {
  EXPECT_NE(refused("{} x"), "accepted");
  EXPECT_NE(refused("1 2"), "accepted");
  EXPECT_EQ(refused(" {} \n"), "accepted");
}

TEST(JsonReader, RefusesNestingDeeperThan64) {
  auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(refused(nested(63)), "accepted");
  EXPECT_THAT(refused(nested(65)), testing::HasSubstr("deeper than 64"));
  EXPECT_THAT(refused(nested(100'000)), testing::HasSubstr("deeper than 64"));
}

TEST(JsonReader, SaysWhatIsWrong) {
  EXPECT_THAT(refused(""), testing::HasSubstr("empty"));
  EXPECT_THAT(refused("\"\xff\""), testing::HasSubstr("UTF-8"));
  EXPECT_THAT(refused("{\"a\": tru}"), testing::HasSubstr("true, false or null"));
  EXPECT_THAT(refused("{\"a\": 01}"), testing::HasSubstr("number"));
  EXPECT_THAT(refused("{\"a\" \"b\"}"), testing::HasSubstr("out of place"));
  EXPECT_THAT(refused("\"abc"), testing::HasSubstr("not closed"));
  EXPECT_THAT(refused("1e999"), testing::HasSubstr("number"));
}

TEST(JsonReader, ServesTextsOfAnySizeOneAfterTheOther) {
  JsonReader reader;
  for (size_t size : {10u, 100'000u, 5u, 3'000'000u, 20u, 15u}) {
    auto root = reader.read("\"" + std::string(size, 'x') + "\"");
    ASSERT_TRUE(root);
    EXPECT_EQ(root->text()->size(), size);
  }
  EXPECT_FALSE(reader.read("{"));
  EXPECT_TRUE(reader.read("{}")) << "a refused text must not spoil the reader";
}

class JsonTestSuite : public testing::Test {
 protected:
  void SetUp() override {
    auto packed = fs::path(AUGURY_SHARED_DIR) / "data/json-test-suite/JSONTestSuite.tar.zst";
    if (!fs::exists(packed)) GTEST_SKIP() << "no JSONTestSuite at " << packed;
    folder_ = fs::temp_directory_path() / ("augury-json-suite-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    auto unpack = "tar --zstd -xf '" + packed.string() + "' -C '" + folder_.string() + "'";
    if (std::system(unpack.c_str()) != 0) GTEST_SKIP() << "cannot unpack " << packed << " (tar with zstd is needed)";
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }
  fs::path folder_;
};

TEST_F(JsonTestSuite, EveryValidFileIsAcceptedAndEveryInvalidOneRefused) {
  JsonReader reader;
  int valid = 0, invalid = 0;
  for (const auto& entry : fs::directory_iterator(folder_ / "JSONTestSuite/test_parsing")) {
    auto name = entry.path().filename().string();
    auto root = reader.read(slurp(entry.path()));
    if (name.starts_with("y_")) {
      ++valid;
      EXPECT_TRUE(root) << name << ": " << root.error().message;
    } else if (name.starts_with("n_")) {
      ++invalid;
      EXPECT_FALSE(root) << name;
    }
  }
  EXPECT_EQ(valid, 95);
  EXPECT_EQ(invalid, 188);
}

}  // namespace
}  // namespace augury::wire
