// One process at a time on a data folder.
#pragma once

#include <string>
#include <utility>

#include "augury/result.h"

namespace augury::engine {

// Held until destroyed, or until the process ends however it ends (flock on <folder>/LOCKED).
class FolderLock {
 public:
  FolderLock() = default;
  // Makes the folder if needed. Conflict: another process holds it, named by its number. Unavailable: it cannot be
  // made.
  static Result<FolderLock> hold(const std::string& folder);
  // The same for a folder that must be there. NotFound.
  static Result<FolderLock> hold_existing(const std::string& folder);
  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock& operator=(FolderLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FolderLock();

 private:
  int fd_ = -1;
};

}  // namespace augury::engine
