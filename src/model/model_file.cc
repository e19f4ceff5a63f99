#include "model/model_file.h"

#include "model/file_bytes.h"
#include "model/fingerprint.h"
#include "model/tree/lightgbm_text.h"
#include "model/tree/tree_scorer.h"

namespace augury::model {
namespace {

bool contains_early(std::string_view file, std::string_view text) {
  return file.substr(0, 4096).find(text) != std::string_view::npos;
}

// What a file is that no reader here takes.
std::string_view foreign_format(std::string_view file) {
  using namespace std::string_view_literals;
  if (file.empty()) return "an empty file";
  if (file.starts_with("CBM1")) return "CatBoost binary";
  if (file.starts_with("binf") || file.starts_with("bs64")) return "XGBoost's old binary";
  if (file.starts_with("\x80\x02"sv) || file.starts_with("\x80\x03"sv) || file.starts_with("\x80\x04"sv) ||
      file.starts_with("\x80\x05"sv))
    return "a Python pickle (a program, never loaded)";
  if (file.starts_with("{") && contains_early(file, "tree_info")) return "a LightGBM JSON dump";
  if (file.starts_with("{L") ||
      (file.starts_with("{") && contains_early(file, "learner") && file[1] != '"' && file[1] != '\n' && file[1] != ' '))
    return "XGBoost UBJSON";
  if (file.starts_with("{") && contains_early(file, "learner")) return "XGBoost JSON";
  if (file.starts_with("{") && contains_early(file, "features_info")) return "CatBoost JSON";
  if (file.starts_with("\x08"sv)) return "ONNX";
  return "an unknown format";
}

}  // namespace

Result<std::shared_ptr<const Scorer>> read_model(std::string_view file, std::string_view name) {
  if (!is_lightgbm_text(file))
    return Error{Code::Invalid, "model '" + std::string(name) + "': " + std::string(foreign_format(file)) +
                                    " is not built yet; expected a LightGBM text model (Booster.save_model)"};
  AUGURY_TRY(FlatForest forest, read_lightgbm_text(file, name));
  return std::make_shared<const TreeScorer>(std::move(forest), version_of(file));
}

Result<std::shared_ptr<const Scorer>> load_model(const std::string& path) {
  AUGURY_TRY(const std::string file, file_bytes(path, "model"));
  return read_model(file, path);
}

}  // namespace augury::model
