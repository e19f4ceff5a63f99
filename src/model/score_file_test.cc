#include "model/score_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "model/number_text.h"
#include "model/row_file.h"

namespace augury::model {
namespace {

constexpr const char* kModel =
    "tree\nversion=v4\nnum_tree_per_iteration=1\nmax_feature_idx=1\nfeature_names=a b\n\nTree=0\nnum_leaves=2\n"
    "num_cat=0\nsplit_feature=0\nthreshold=0.10000000000000001\ndecision_type=8\nleft_child=-1\nright_child=-2\n"
    "leaf_value=0.1 0.25\n\nend of trees\n";

std::string npy(std::string_view header, std::string_view data, char major = 1) {
  std::string text = "\x93NUMPY";
  text += major;
  text += '\0';
  text += static_cast<char>(header.size());
  text += '\0';
  if (major == 2) text.append(2, '\0');
  return text.append(header).append(data);
}

template <typename T>
std::string bytes_of(std::vector<T> values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

class ScoreFile : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_), write("m.txt", kModel); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, std::string_view bytes) {
    std::ofstream(folder_ / name, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  Result<std::string> scored(std::string_view rows) {
    write("rows", rows);
    std::string text;
    AUGURY_TRY_VOID(score_file({.model_file = (folder_ / "m.txt").string(), .rows_file = (folder_ / "rows").string()},
                               [&](std::string_view part) { text += part; }));
    return text;
  }
  std::string refusal(std::string_view rows) {
    auto result = scored(rows);
    return result ? "scored: " + *result : result.error().message;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("augury-score-" + std::to_string(::getpid()));
};

TEST_F(ScoreFile, WritesOneLinePerRowWithAllDigits) {
  EXPECT_EQ(scored("0,1\n5,1\n").value(), "0.10000000000000001\n0.25\n");
}

TEST_F(ScoreFile, MatchesAHeaderByName) {
  EXPECT_EQ(scored("b,more,a\n0,x\n").error().code, Code::Invalid);
  EXPECT_EQ(scored("b,more,\"a\"\r\n0,7,5\r\n5,7,0\r\n").value(), "0.25\n0.10000000000000001\n");
  EXPECT_NE(refusal("b,c\n1,2\n").find("found no column 'a'"), std::string::npos);
  EXPECT_NE(refusal("a,b,a\n1,2,3\n").find("found two columns 'a'"), std::string::npos);
}

TEST_F(ScoreFile, ReadsMissingAndInfinite) {
  EXPECT_EQ(scored(",1\nNA,1\nnan,1\n-inf,1\ninf,1\n").value(), "0.25\n0.25\n0.25\n0.10000000000000001\n0.25\n");
}

TEST_F(ScoreFile, ScoresDoublesAsDoublesAndFloatsAsFloats) {
  // 0.1 as a double is on the threshold; as a float it is above.
  EXPECT_EQ(scored("0.1,1\n").value(), "0.10000000000000001\n");
  EXPECT_EQ(
      scored(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }", bytes_of<double>({0.1, 1}))).value(),
      "0.10000000000000001\n");
  EXPECT_EQ(
      scored(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", bytes_of<float>({0.1f, 1}))).value(),
      "0.25\n");
  EXPECT_EQ(
      scored(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", bytes_of<float>({0.1f, 1}), 2)).value(),
      "0.25\n");
}

TEST_F(ScoreFile, RefusesTablesThatAreNot) {
  EXPECT_NE(refusal("").find("found an empty file"), std::string::npos);
  EXPECT_NE(refusal("1,2\n1\n").find("line 2: found 1 cells, expected 2"), std::string::npos);
  EXPECT_NE(refusal("1,2\n1,x\n").find("line 2: found 'x', expected a number"), std::string::npos);
  EXPECT_NE(refusal("1,2,3\n").find("found 3 columns, expected the 2 inputs"), std::string::npos);
}

TEST_F(ScoreFile, RefusesArraysThatAreNot) {
  const std::string data = bytes_of<double>({1, 2});
  const std::string good = "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }";
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string header = good;
    header.replace(header.find(from), from.size(), to);
    return refusal(npy(header, data));
  };
  EXPECT_NE(with("<f8", "<i8").find("expected '<f4' or '<f8'"), std::string::npos);
  EXPECT_NE(with("False", "True").find("expected C order"), std::string::npos);
  EXPECT_NE(with("(1, 2)", "(2,)").find("expected two dimensions"), std::string::npos);
  EXPECT_NE(with("(1, 2)", "(1, 2, 1)").find("expected two dimensions"), std::string::npos);
  EXPECT_NE(with("(1, 2)", "(9223372036854775807, 2)").find("bytes of values"), std::string::npos);
  EXPECT_NE(with("(1, 2)", "(1, 0)").find("expected two dimensions"), std::string::npos);
  EXPECT_NE(with("'shape'", "'shade'").find("expected two dimensions"), std::string::npos);
  EXPECT_NE(refusal(npy(good, data, 3)).find("format 3"), std::string::npos);
  EXPECT_NE(refusal("\x93NUMPY").find("cut short"), std::string::npos);
  EXPECT_NE(refusal(npy(good, data).substr(0, 20)).find("cut short"), std::string::npos);
}

TEST_F(ScoreFile, SaysWhichFileIsNotThere) {
  const auto result =
      score_file({.model_file = (folder_ / "m.txt").string(), .rows_file = "/nowhere.csv"}, [](std::string_view) {});
  EXPECT_EQ(result.error().code, Code::NotFound);
  EXPECT_TRUE(result.error().message.starts_with("rows '/nowhere.csv': ")) << result.error().message;
}

TEST(NumberText, ReadsWholeNumbersOnly) {
  EXPECT_EQ(read_number("1e-3"), 1e-3);
  EXPECT_EQ(read_number("+2.5"), 2.5);
  EXPECT_EQ(read_number("1e999"), INFINITY);
  EXPECT_EQ(read_number("-1e-999"), 0);
  EXPECT_FALSE(read_number("1 "));
  EXPECT_FALSE(read_number(""));
  EXPECT_FALSE(read_number("+-1"));
  EXPECT_FALSE(read_integer<uint8_t>("256"));
}

}  // namespace
}  // namespace augury::model
