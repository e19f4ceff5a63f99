// The seam between the database and the disk: the real file system, or one that is made to fail on purpose.
//
// Thread-safe.
#pragma once

#include <memory>

namespace augury::io {

class FileSystem {
 public:
  virtual ~FileSystem();
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;

  struct Inside;  // rocks_internal.h
  const Inside& inside() const { return *inside_; }

 protected:
  explicit FileSystem(std::unique_ptr<Inside> inside);

 private:
  friend std::shared_ptr<FileSystem> real_file_system();
  std::unique_ptr<Inside> inside_;
};

// The machine's own. One for the whole process.
std::shared_ptr<FileSystem> real_file_system();

}  // namespace augury::io
