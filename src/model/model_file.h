// Opens a model file, whatever wrote it: recognised by content, not by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "augury/result.h"
#include "model/scorer.h"

namespace augury::model {

// Built: LightGBM text and its JSON dump, XGBoost JSON and UBJSON, CatBoost JSON, ONNX (whose external data lies in the
// file's folder). Unavailable: the neural runtime is not installed. NotFound: no such file. Invalid: a format or
// feature that is not built, by name. Corrupt: a damaged file, with the line, byte or tree. Exhausted: over 1 GiB.
// Reads the file once; a later change to it is not seen.
Result<std::shared_ptr<const Scorer>> load_model(const std::string& path);

// The same from memory; `name` is what errors call it, `folder` where external data may lie (empty: nowhere).
Result<std::shared_ptr<const Scorer>> read_model(std::string_view file, std::string_view name,
                                                 const std::string& folder = {});

}  // namespace augury::model
