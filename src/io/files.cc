#include "io/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace augury::io {
namespace {

Error failed(std::string_view doing, const std::string& path, int error = errno) {
  Code code = error == ENOSPC || error == EDQUOT ? Code::Exhausted
              : error == ENOENT                  ? Code::NotFound
                                                 : Code::Unavailable;
  return {code, std::string(doing) + " '" + path + "': " + std::strerror(error)};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

Result<void> write_synced(const std::string& path, std::string_view bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) return failed("making", path);
  if (!write_all(file.get(), bytes)) return failed("writing", path);
  if (::fsync(file.get()) != 0) return failed("syncing", path);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, uint64_t bytes_max) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return failed("opening", path);
  struct stat about;
  if (::fstat(file.get(), &about) != 0) return failed("looking at", path);
  if (S_ISDIR(about.st_mode)) return Error{Code::Invalid, "'" + path + "' is a folder, expected a file"};
  std::string bytes;
  char chunk[65536];
  for (;;) {
    ssize_t n = ::read(file.get(), chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("reading", path);
    if (n == 0) return bytes;
    bytes.append(chunk, static_cast<size_t>(n));
    if (bytes.size() > bytes_max)
      return Error{Code::Invalid, "'" + path + "' is larger than " + std::to_string(bytes_max) + " bytes"};
  }
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  std::string temporary = path + ".new";
  auto written = write_synced(temporary, bytes);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = failed("renaming to", path);
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  auto folder = std::filesystem::path(path).parent_path().string();
  if (folder.empty()) folder = ".";
  Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || ::fsync(directory.get()) != 0) return failed("syncing", folder);
  return {};
}

Result<void> make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return failed("making", path, error.value());
  return {};
}

}  // namespace augury::io
