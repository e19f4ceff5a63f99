#include "io/file_system.h"

#include "io/rocks_internal.h"

namespace augury::io {

FileSystem::FileSystem(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
FileSystem::~FileSystem() = default;

std::shared_ptr<FileSystem> real_file_system() {
  static const std::shared_ptr<FileSystem> real(
      new FileSystem(std::make_unique<FileSystem::Inside>(rocksdb::FileSystem::Default())));
  return real;
}

Error error_of(const rocksdb::Status& status, std::string_view doing) {
  std::string message = std::string(doing) + ": " + status.ToString();
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit)
    return {Code::Exhausted, message + "; free some space on the disk"};
  if (status.IsCorruption())
    return {Code::Corrupt, message + "; stored bytes are damaged: run 'augury repair' or restore a backup"};
  if (status.IsNotFound()) return {Code::NotFound, message};
  return {Code::Unavailable, message + "; check the disk"};
}

}  // namespace augury::io
