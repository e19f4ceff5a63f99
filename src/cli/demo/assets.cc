#include "cli/demo/assets.h"

#include <filesystem>
#include <fstream>

namespace augury::cli::demo {

Result<void> unpack_assets(const std::string& folder) {
  for (const auto& asset : assets()) {
    std::filesystem::path path = folder + "/" + std::string(asset.path);
    std::error_code problem;
    std::filesystem::create_directories(path.parent_path(), problem);
    std::ofstream out(path, std::ios::binary);
    out << asset.bytes;
    out.close();
    if (!out) return Error{Code::Unavailable, "cannot write " + path.string()};
  }
  return {};
}

std::string without_neural(std::string app_file) {
  for (const std::string_view part : {"\n  ncf:    {file: models/ncf.onnx}", ", ncf: 0.3"})
    if (const size_t at = app_file.find(part); at != std::string::npos) app_file.erase(at, part.size());
  return app_file;
}

}  // namespace augury::cli::demo
