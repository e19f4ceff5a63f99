// A file system that asks a watcher before each call and tells it after: what the fakes for testing are made of.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>
#include <string>

#include "io/file_system.h"
#include "io/testing/file_call.h"

namespace augury::io::testing {

struct FileEvent {
  FileCall call;
  std::string path;
  std::string to = {};  // Of a rename or link.
  uint64_t bytes = 0;   // Of a write.
};

// Thread-safe.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Not ok: the call fails so, and of a write only the first `event.bytes` bytes happen.
  virtual rocksdb::IOStatus before(FileEvent& event) = 0;
  // After the call has succeeded.
  virtual void after(const FileEvent& event) = 0;
};

std::shared_ptr<rocksdb::FileSystem> watched(std::shared_ptr<rocksdb::FileSystem> below,
                                             std::shared_ptr<Watcher> watcher);

}  // namespace augury::io::testing
