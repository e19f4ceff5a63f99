// What the files of this module that see RocksDB share. Never included from outside.
#pragma once

#include <rocksdb/file_system.h>
#include <rocksdb/status.h>

#include <memory>
#include <string>
#include <string_view>

#include "augury/result.h"
#include "io/file_system.h"

namespace augury::io {

struct FileSystem::Inside {
  std::shared_ptr<rocksdb::FileSystem> rocks;
  int pause_us_max = 1'000'000;  // After a failure in the background RocksDB waits a second; a test does not.
};

// `doing` starts the message: "writing to 'data'". Not for an ok status.
Error error_of(const rocksdb::Status& status, std::string_view doing);

// Bytes after the last whole record of each write-ahead log in `folder`: a write that a crash cut short.
Result<uint64_t> torn_log_bytes(rocksdb::FileSystem& files, const std::string& folder);

}  // namespace augury::io
