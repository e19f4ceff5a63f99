#include "io/testing/watched_file_system_internal.h"

namespace augury::io::testing {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using WatcherPtr = std::shared_ptr<Watcher>;

template <typename Call>
IOStatus watch(Watcher& watcher, FileEvent event, Call call) {
  if (auto s = watcher.before(event); !s.ok()) return s;
  IOStatus s = call();
  if (s.ok()) watcher.after(event);
  return s;
}

class ReadOnce : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  ReadOnce(std::unique_ptr<rocksdb::FSSequentialFile> file, std::string path, WatcherPtr watcher)
      : FSSequentialFileOwnerWrapper(std::move(file)), path_(std::move(path)), watcher_(std::move(watcher)) {}
  IOStatus Read(size_t n, const IOOptions& o, Slice* out, char* scratch, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::Read, path_}, [&] { return target()->Read(n, o, out, scratch, d); });
  }

 private:
  std::string path_;
  WatcherPtr watcher_;
};

class ReadAnywhere : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  ReadAnywhere(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::string path, WatcherPtr watcher)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), path_(std::move(path)), watcher_(std::move(watcher)) {}
  IOStatus Read(uint64_t at, size_t n, const IOOptions& o, Slice* out, char* scratch,
                IODebugContext* d) const override {
    return watch(*watcher_, {FileCall::Read, path_}, [&] { return target()->Read(at, n, o, out, scratch, d); });
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, size_t n, const IOOptions& o, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::Read, path_}, [&] { return target()->MultiRead(requests, n, o, d); });
  }

 private:
  std::string path_;
  WatcherPtr watcher_;
};

class Written : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Written(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, WatcherPtr watcher)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), watcher_(std::move(watcher)) {}
  IOStatus Append(const Slice& data, const IOOptions& o, IODebugContext* d) override {
    FileEvent event{FileCall::Write, path_, {}, data.size()};
    if (auto s = watcher_->before(event); !s.ok()) {
      if (event.bytes > 0) (void)target()->Append(Slice(data.data(), event.bytes), o, d);
      return s;
    }
    IOStatus s = target()->Append(data, o, d);
    if (s.ok()) watcher_->after(event);
    return s;
  }
  IOStatus Append(const Slice& data, const IOOptions& o, const rocksdb::DataVerificationInfo&,
                  IODebugContext* d) override {
    return Append(data, o, d);
  }
  // Room set aside ahead costs time where a folder is in memory, and changes nothing.
  void SetPreallocationBlockSize(size_t) override {}
  IOStatus Truncate(uint64_t size, const IOOptions& o, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::Truncate, path_, {}, size}, [&] { return target()->Truncate(size, o, d); });
  }
  IOStatus Sync(const IOOptions& o, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::Sync, path_}, [&] { return target()->Sync(o, d); });
  }
  IOStatus Fsync(const IOOptions& o, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::Sync, path_}, [&] { return target()->Fsync(o, d); });
  }

 private:
  std::string path_;
  WatcherPtr watcher_;
};

class Folder : public rocksdb::FSDirectoryWrapper {
 public:
  Folder(std::unique_ptr<rocksdb::FSDirectory> folder, std::string path, WatcherPtr watcher)
      : FSDirectoryWrapper(std::move(folder)), path_(std::move(path)), watcher_(std::move(watcher)) {}
  IOStatus Fsync(const IOOptions& o, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::SyncFolder, path_}, [&] { return FSDirectoryWrapper::Fsync(o, d); });
  }
  IOStatus FsyncWithDirOptions(const IOOptions& o, IODebugContext* d, const rocksdb::DirFsyncOptions& how) override {
    return watch(*watcher_, {FileCall::SyncFolder, path_},
                 [&] { return FSDirectoryWrapper::FsyncWithDirOptions(o, d, how); });
  }

 private:
  std::string path_;
  WatcherPtr watcher_;
};

class WatchedFileSystem : public rocksdb::FileSystemWrapper {
 public:
  WatchedFileSystem(std::shared_ptr<rocksdb::FileSystem> below, WatcherPtr watcher)
      : FileSystemWrapper(std::move(below)), watcher_(std::move(watcher)) {}
  const char* Name() const override { return "Watched"; }

  IOStatus NewSequentialFile(const std::string& path, const FileOptions& o,
                             std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* d) override {
    auto s =
        watch(*watcher_, {FileCall::OpenToRead, path}, [&] { return target()->NewSequentialFile(path, o, file, d); });
    if (s.ok()) *file = std::make_unique<ReadOnce>(std::move(*file), path, watcher_);
    return s;
  }
  IOStatus NewRandomAccessFile(const std::string& path, const FileOptions& o,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext* d) override {
    auto s =
        watch(*watcher_, {FileCall::OpenToRead, path}, [&] { return target()->NewRandomAccessFile(path, o, file, d); });
    if (s.ok()) *file = std::make_unique<ReadAnywhere>(std::move(*file), path, watcher_);
    return s;
  }
  IOStatus NewWritableFile(const std::string& path, const FileOptions& o,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* d) override {
    auto s = watch(*watcher_, {FileCall::Create, path}, [&] { return target()->NewWritableFile(path, o, file, d); });
    if (s.ok()) *file = std::make_unique<Written>(std::move(*file), path, watcher_);
    return s;
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& o,
                              std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* d) override {
    auto s = watch(*watcher_, {FileCall::Reopen, path}, [&] { return target()->ReopenWritableFile(path, o, file, d); });
    if (s.ok()) *file = std::make_unique<Written>(std::move(*file), path, watcher_);
    return s;
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& o, std::unique_ptr<rocksdb::FSDirectory>* folder,
                        IODebugContext* d) override {
    auto s = watch(*watcher_, {FileCall::OpenToRead, path}, [&] { return target()->NewDirectory(path, o, folder, d); });
    if (s.ok()) *folder = std::make_unique<Folder>(std::move(*folder), path, watcher_);
    return s;
  }
  IOStatus GetChildren(const std::string& path, const IOOptions& o, std::vector<std::string>* names,
                       IODebugContext* d) override {
    return watch(*watcher_, {FileCall::List, path}, [&] { return target()->GetChildren(path, o, names, d); });
  }
  IOStatus GetFileSize(const std::string& path, const IOOptions& o, uint64_t* size, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::List, path}, [&] { return target()->GetFileSize(path, o, size, d); });
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& o, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::Remove, path}, [&] { return target()->DeleteFile(path, o, d); });
  }
  IOStatus Truncate(const std::string& path, size_t size, const IOOptions& o, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::Truncate, path, {}, size}, [&] { return target()->Truncate(path, size, o, d); });
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& o, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::Rename, from, to}, [&] { return target()->RenameFile(from, to, o, d); });
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& o, IODebugContext* d) override {
    return watch(*watcher_, {FileCall::Link, from, to}, [&] { return target()->LinkFile(from, to, o, d); });
  }

 private:
  WatcherPtr watcher_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> watched(std::shared_ptr<rocksdb::FileSystem> below, WatcherPtr watcher) {
  return std::make_shared<WatchedFileSystem>(std::move(below), std::move(watcher));
}

}  // namespace augury::io::testing
