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

}  // namespace augury::cli::demo
