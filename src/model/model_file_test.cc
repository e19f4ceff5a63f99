#include "model/model_file.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model/file_bytes.h"
#include "model/fingerprint.h"
#include "model/number_text.h"
#include "model/tree/lightgbm_text.h"

namespace augury::model {
namespace {

namespace fs = std::filesystem;

// The public models, unpacked once per run of the tests.
class PublicModels : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = fs::path(testing::TempDir()) / ("augury-models-" + std::to_string(::getpid()));
    for (const char* name : {"leaves", "lleaves", "kserve"}) {
      const auto archive =
          fs::path(AUGURY_SHARED_DIR) / "data" / ("models-" + std::string(name)) / (std::string(name) + ".tar.zst");
      if (!fs::exists(archive)) continue;
      fs::create_directories(folder_);
      const std::string command = "tar --zstd -xf '" + archive.string() + "' -C '" + folder_.string() + "'";
      if (std::system(command.c_str()) == 0) ++unpacked_;
    }
  }
  static void TearDownTestSuite() { fs::remove_all(folder_); }
  void SetUp() override {
    if (unpacked_ < 3) GTEST_SKIP() << "the archives models-{leaves,lleaves,kserve} are not in " AUGURY_SHARED_DIR;
  }

  static std::string path(std::string_view name) { return (folder_ / name).string(); }

  static std::vector<double> numbers(const std::string& file, size_t skip_columns = 0) {
    std::vector<double> values;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      size_t column = 0;
      for (std::string word; words >> word; ++column)
        if (column >= skip_columns) values.push_back(std::strtod(word.c_str(), nullptr));
    }
    EXPECT_FALSE(values.empty()) << file;
    return values;
  }

  // Scores as doubles and compares each stored prediction to 1e-13 relative.
  static void expect_stored(std::string_view model, const std::vector<double>& rows, const std::vector<double>& stored,
                            Output output) {
    const auto scorer = load_model(path(model));
    ASSERT_TRUE(scorer) << scorer.error().message;
    const size_t count = rows.size() / (*scorer)->input_names().size();
    std::vector<double> scores(count * static_cast<size_t>((*scorer)->outputs()));
    const auto scored = (*scorer)->score(std::span<const double>(rows), count, scores, output);
    ASSERT_TRUE(scored) << scored.error().message;
    ASSERT_EQ(scores.size(), stored.size());
    for (size_t i = 0; i < scores.size(); ++i)
      ASSERT_LE(std::abs(scores[i] - stored[i]), 1e-13 * std::abs(stored[i])) << model << " score " << i;
  }

  static inline fs::path folder_;
  static inline int unpacked_ = 0;
};

TEST_F(PublicModels, AllLoadThoseWithCategoriesToo) {
  int loaded = 0;
  int categorical = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    const auto bytes = file_bytes(entry.path().string(), "model");
    if (!bytes || !is_lightgbm_text(*bytes)) continue;
    const auto forest = read_lightgbm_text(*bytes, entry.path().string());
    ASSERT_TRUE(forest) << forest.error().message;
    ++loaded;
    for (const FlatTree& tree : forest->trees)
      if (tree.categorical) {
        ++categorical;
        break;
      }
  }
  EXPECT_EQ(loaded, 21);
  EXPECT_EQ(categorical, 10);
}

TEST_F(PublicModels, ReproduceTheirStoredPredictions) {
  const std::string l = "leaves/";
  expect_stored(l + "lgmulticlass.model", numbers(path(l + "multiclass_test.tsv"), 1),
                numbers(path(l + "lgmulticlass_true_predictions.txt")), Output::Transformed);
  expect_stored(l + "lgmulticlass.model", numbers(path(l + "multiclass_test.tsv"), 1),
                numbers(path(l + "lgmulticlass_true_raw_predictions.txt")), Output::Margin);
  expect_stored(l + "lg_kddcup99.model", numbers(path(l + "kddcup99_test.tsv")),
                numbers(path(l + "lg_kddcup99_true_predictions.txt")), Output::Margin);
  expect_stored(l + "lg_dart_breast_cancer.model", numbers(path(l + "breast_cancer_test.tsv")),
                numbers(path(l + "lg_dart_breast_cancer_true_predictions.txt")), Output::Transformed);
  for (const std::string name : {"gamma_AvgClaimAmount", "poisson_Frequency", "tweedie_PurePremium"})
    expect_stored(l + "genlin_fmtp_" + name + ".model", numbers(path(l + "genlin_fmtp_" + name + "_features.tsv")),
                  numbers(path(l + "genlin_fmtp_" + name + "_true_predictions.txt")), Output::Transformed);
}

TEST_F(PublicModels, ReproduceARandomForestsStoredPredictions) {
  std::vector<double> rows;
  std::ifstream in(path("leaves/iris_test.libsvm"));
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;  // The label.
    std::vector<double> row(4);
    while (words >> word) {
      const size_t colon = word.find(':');
      row.at(read_integer<size_t>(std::string_view(word).substr(0, colon)).value()) =
          read_number(std::string_view(word).substr(colon + 1)).value();
    }
    rows.insert(rows.end(), row.begin(), row.end());
  }
  expect_stored("leaves/lg_rf_iris.model", rows, numbers(path("leaves/lg_rf_iris_true_predictions.txt")),
                Output::Transformed);
}

TEST_F(PublicModels, ReproduceTheKserveExample) {
  expect_stored("kserve/lgbserver/lgbserver/example_model/model/model.bst", {6.8, 2.8, 4.8, 1.6, 6.0, 3.4, 4.5, 1.6},
                {3.7899802486733807e-06, 0.9996982074114203, 0.00029800260833088297, 5.2172911836629736e-05,
                 0.99973341723876, 0.000214409849403366},
                Output::Transformed);
}

TEST(ModelFile, RefusesWhatIsNotBuiltByItsName) {
  using namespace std::string_literals;
  const std::pair<std::string, std::string_view> table[] = {
      {"", "an empty file"},
      {"CBM1\x01", "CatBoost binary"},
      {"binf\x01", "XGBoost's old binary"},
      {"{\"learner\":{\"attributes\"", "XGBoost JSON is not built yet"},
      {"{L\x00\x00learner"s, "XGBoost UBJSON"},
      {"{\"features_info\":{}}", "CatBoost JSON"},
      {"{\"name\":\"tree\",\"tree_info\":[]}", "a LightGBM JSON dump"},
      {"\x80\x04\x95", "a Python pickle"},
      {"\x08\x07\x12", "ONNX"},
      {"hello", "an unknown format"},
  };
  for (const auto& [file, says] : table) {
    const auto scorer = read_model(file, "shop/ranker");
    ASSERT_FALSE(scorer) << says;
    EXPECT_EQ(scorer.error().code, Code::Invalid);
    EXPECT_TRUE(scorer.error().message.starts_with("model 'shop/ranker': ")) << scorer.error().message;
    EXPECT_NE(scorer.error().message.find(says), std::string::npos) << scorer.error().message;
  }
}

TEST(ModelFile, SaysThatThereIsNoSuchFile) {
  const auto scorer = load_model("/nowhere/ranker.txt");
  ASSERT_FALSE(scorer);
  EXPECT_EQ(scorer.error().code, Code::NotFound);
  EXPECT_EQ(load_model("/").error().code, Code::Unavailable);
}

TEST(Fingerprint, IsTheStartOfTheSha256) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(version_of("abc"), "ba7816bf8f01");
}

}  // namespace
}  // namespace augury::model
