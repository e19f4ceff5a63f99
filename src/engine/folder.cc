#include "engine/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

namespace augury::engine {

Result<FolderLock> FolderLock::hold(const std::string& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  std::string path = folder + "/LOCKED";
  FolderLock lock;
  lock.fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock.fd_ < 0) {
    return Error{Code::Unavailable, "data folder " + folder + " cannot be used: " + std::strerror(errno) +
                                        "; check that it exists and may be written"};
  }
  if (flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    ssize_t n = pread(lock.fd_, holder, sizeof holder - 1, 0);
    return Error{Code::Conflict, "data folder " + folder + " is in use by process " + (n > 0 ? holder : "?") +
                                     "; stop it, or give another --data"};
  }
  auto self = std::to_string(getpid());
  if (ftruncate(lock.fd_, 0) != 0 || pwrite(lock.fd_, self.data(), self.size(), 0) < 0) {
    return Error{Code::Unavailable, "data folder " + folder + " cannot be written: " + std::strerror(errno)};
  }
  return lock;
}

Result<FolderLock> FolderLock::hold_existing(const std::string& folder) {
  if (!std::filesystem::is_directory(folder)) {
    return Error{Code::NotFound, "no data folder at " + folder + "; an app's is <--data>/<app name>"};
  }
  return hold(folder);
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace augury::engine
