#include "model/model_file.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "model/file_bytes.h"
#include "model/fingerprint.h"
#include "model/number_text.h"
#include "model/tree/lightgbm_text.h"
#include "wire/json_reader.h"

namespace augury::model {
namespace {

namespace fs = std::filesystem;

// The public models, unpacked once per run of the tests.
class PublicModels : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = fs::path(testing::TempDir()) / ("augury-models-" + std::to_string(::getpid()));
    for (const char* name : {"leaves", "lleaves", "kserve", "kiwi", "vespa"}) {
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
    if (unpacked_ < 5)
      GTEST_SKIP() << "the archives models-{leaves,lleaves,kserve,kiwi,vespa} are not in " AUGURY_SHARED_DIR;
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

std::vector<double> all_numbers(const wire::JsonValue& value) {
  std::vector<double> numbers;
  for (const auto element : value.elements()) {
    if (const auto number = element.number()) numbers.push_back(*number);
    for (const double inner : all_numbers(element)) numbers.push_back(inner);
  }
  return numbers;
}

TEST_F(PublicModels, ReproduceCatboostsStoredPredictions) {
  for (const std::string name : {"and", "or", "xor", "regression"}) {
    const std::string file = "kiwi/unittest/testdata/" + name;
    const auto bytes = file_bytes(path(file + ".json"), "predictions");
    ASSERT_TRUE(bytes) << bytes.error().message;
    wire::JsonReader reader;
    const auto stored = reader.read(*bytes);
    ASSERT_TRUE(stored) << stored.error().message;
    const auto predictions = all_numbers(*stored->find("y"));
    EXPECT_FALSE(predictions.empty());
    expect_stored(file + "-model.json", all_numbers(*stored->find("x")), predictions, Output::Margin);
  }
}

TEST_F(PublicModels, ReproduceTheKserveXgboostExample) {
  const std::string folder = "kserve/xgbserver/xgbserver/example_model/";
  std::vector<double> first;
  for (const std::string file : {"json_model/model.json", "ubj_model/model.ubj"}) {
    const auto scorer = load_model(path(folder + file));
    ASSERT_TRUE(scorer) << scorer.error().message;
    const std::vector<double> row{5.1, 3.5, 1.4, 0.2};
    std::vector<double> scores(static_cast<size_t>((*scorer)->outputs()));
    ASSERT_TRUE((*scorer)->score(std::span<const double>(row), 1, scores));
    EXPECT_EQ(std::max_element(scores.begin(), scores.end()) - scores.begin(), 0) << file;
    if (first.empty()) first = scores;
    EXPECT_EQ(scores, first) << "UBJSON and JSON hold one model";
  }
}

TEST_F(PublicModels, DocumentsLoadWhateverTheirEnding) {
  for (const std::string file :
       {"vespa/xgboost/binary_breast_cancer.ubj", "vespa/lightgbm/categorical.json", "vespa/lightgbm/regression.json",
        "kiwi/perftest/codrna.json", "leaves/lg_dart_breast_cancer.json"}) {
    const auto scorer = load_model(path(file));
    EXPECT_TRUE(scorer) << scorer.error().message;
  }
}

TEST(ModelFile, RefusesWhatIsNotBuiltByItsName) {
  using namespace std::string_literals;
  const std::pair<std::string, std::string_view> table[] = {
      {"", "an empty file; expected LightGBM text"},
      {"CBM1\x01", "CatBoost binary is not built; convert it: python3 -c"},
      {"binf\x01", "convert it with an XGBoost before 3.1: python3 -c"},
      {"[{\"nodeid\":0,\"leaf\":1}]", "an XGBoost dump (Booster.dump_model) lacks base_score and objective"},
      {"{L\x00\x00learner"s, "an unknown format"},
      {"\x80\x04\x95", "a Python pickle"},
      {"hello", "an unknown format"},
      {"{\"a\":1}", "an unknown format"},
      {"[]", "an unknown format"},
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
