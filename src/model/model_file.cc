#include "model/model_file.h"

#include <filesystem>

#include "model/file_bytes.h"
#include "model/fingerprint.h"
#include "model/neural/neural_scorer.h"
#include "model/neural/onnx_file.h"
#include "model/neural/plugin.h"
#include "model/tree/catboost_json.h"
#include "model/tree/lightgbm_json.h"
#include "model/tree/lightgbm_text.h"
#include "model/tree/model_document.h"
#include "model/tree/tree_scorer.h"
#include "model/tree/xgboost.h"

namespace augury::model {
namespace {

// What a file is that no reader here takes, and what to do about it.
std::string foreign_format(std::string_view file) {
  using namespace std::string_view_literals;
  constexpr std::string_view kExpected =
      "; expected LightGBM text or its JSON dump, XGBoost JSON or UBJSON, CatBoost JSON or ONNX";
  if (file.empty()) return "an empty file" + std::string(kExpected);
  if (file.starts_with("CBM1"))
    return "CatBoost binary is not built; convert it: python3 -c \"from catboost import CatBoost; "
           "CatBoost().load_model('m.cbm').save_model('m.json', format='json')\"";
  if (is_xgboost_binary(file))
    return "XGBoost's old binary format is not built; convert it with an XGBoost before 3.1: python3 -c \"import "
           "xgboost; "
           "xgboost.Booster(model_file='m.model').save_model('m.json')\"";
  for (const std::string_view pickle : {"\x80\x02"sv, "\x80\x03"sv, "\x80\x04"sv, "\x80\x05"sv})
    if (file.starts_with(pickle))
      return "a Python pickle (a program, never loaded) is no model; save the model with its own library";
  return "an unknown format" + std::string(kExpected);
}

Result<FlatForest> read_document(std::string_view file, std::string_view name) {
  switch (document_kind(file)) {
    case DocumentKind::XGBoost:
      return read_xgboost(file, name);
    case DocumentKind::LightGbm:
      return read_lightgbm_json(file, name);
    case DocumentKind::CatBoost:
      return read_catboost_json(file, name);
    case DocumentKind::XGBoostDump:
      return in_model(name, {Code::Invalid,
                             "an XGBoost dump (Booster.dump_model) lacks base_score and objective; save "
                             "the model with Booster.save_model('m.json')"});
    case DocumentKind::Unknown:
      break;
  }
  return in_model(name, {Code::Invalid, foreign_format(file)});
}

Result<std::shared_ptr<const Scorer>> read_neural(std::string_view file, std::string_view name,
                                                  const std::string& folder) {
  AUGURY_TRY(OnnxFile onnx, read_onnx(file, name, folder));
  auto runtime = neural_runtime();
  if (!runtime)
    return Error{runtime.error().code, "model '" + std::string(name) + "' is ONNX: " + runtime.error().message};
  std::string version = version_of(onnx.bytes);
  return NeuralScorer::make(**runtime, std::move(onnx), name, std::move(version));
}

}  // namespace

Result<std::shared_ptr<const Scorer>> read_model(std::string_view file, std::string_view name,
                                                 const std::string& folder) {
  if (is_onnx(file)) return read_neural(file, name, folder);
  AUGURY_TRY(FlatForest forest, is_lightgbm_text(file) ? read_lightgbm_text(file, name) : read_document(file, name));
  return std::make_shared<const TreeScorer>(std::move(forest), version_of(file));
}

Result<std::shared_ptr<const Scorer>> load_model(const std::string& path) {
  AUGURY_TRY(const std::string file, file_bytes(path, "model"));
  return read_model(file, path, std::filesystem::absolute(path).parent_path().string());
}

}  // namespace augury::model
