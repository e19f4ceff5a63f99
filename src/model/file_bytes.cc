#include "model/file_bytes.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

namespace augury::model {
namespace {

constexpr size_t kBytesMax = size_t{1} << 30;

}  // namespace

Result<std::string> file_bytes(const std::string& path, std::string_view what) {
  const auto failed = [&](Code code, std::string_view why) {
    return Error{code, std::string(what) + " '" + path + "': " + std::string(why)};
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return failed(Code::Unavailable, "is a folder, expected a file");
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file)
    return failed(errno == ENOENT ? Code::NotFound : Code::Unavailable,
                  "cannot be opened: " + std::string(std::strerror(errno)));
  std::string bytes;
  char buffer[65'536];
  while (const size_t got = std::fread(buffer, 1, sizeof buffer, file.get())) {
    if (bytes.size() + got > kBytesMax) return failed(Code::Exhausted, "is over 1 GiB, the most that is read");
    bytes.append(buffer, got);
  }
  if (std::ferror(file.get())) return failed(Code::Unavailable, "cannot be read: " + std::string(std::strerror(errno)));
  return bytes;
}

}  // namespace augury::model
