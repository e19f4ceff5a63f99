#include "io/ingestion_guard_internal.h"

#include <atomic>
#include <set>

#include "base/sync.h"

namespace augury::io {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class Trouble {
 public:
  IOStatus read(const std::string& path, IOStatus status) {
    if (status.ok()) return status;
    base::Lock held(mutex_);
    unreadable_.insert(path);
    return status;
  }
  bool is_unreadable(const std::string& path) {
    base::Lock held(mutex_);
    return unreadable_.contains(path);
  }
  void removed(const std::string& path) {
    base::Lock held(mutex_);
    unreadable_.erase(path);
  }
  IOStatus wrote_manifest(IOStatus status) {
    if (!status.ok()) manifest_unsure_ = true;
    return status;
  }
  void new_manifest() { manifest_unsure_ = false; }
  bool manifest_unsure() const { return manifest_unsure_; }

 private:
  base::Mutex mutex_;
  std::set<std::string> unreadable_ AUGURY_GUARDED_BY(mutex_);
  std::atomic<bool> manifest_unsure_{false};
};

class GuardedFile : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  GuardedFile(std::unique_ptr<rocksdb::FSRandomAccessFile> file, std::string path, std::shared_ptr<Trouble> trouble)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), path_(std::move(path)), trouble_(std::move(trouble)) {}
  IOStatus Read(uint64_t at, size_t n, const IOOptions& o, Slice* out, char* scratch,
                IODebugContext* d) const override {
    return trouble_->read(path_, target()->Read(at, n, o, out, scratch, d));
  }

 private:
  std::string path_;
  std::shared_ptr<Trouble> trouble_;
};

class Manifest : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  Manifest(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<Trouble> trouble)
      : FSWritableFileOwnerWrapper(std::move(file)), trouble_(std::move(trouble)) {}
  IOStatus Append(const Slice& data, const IOOptions& o, IODebugContext* d) override {
    return trouble_->wrote_manifest(target()->Append(data, o, d));
  }
  IOStatus Append(const Slice& data, const IOOptions& o, const rocksdb::DataVerificationInfo& v,
                  IODebugContext* d) override {
    return trouble_->wrote_manifest(target()->Append(data, o, v, d));
  }
  IOStatus Sync(const IOOptions& o, IODebugContext* d) override {
    return trouble_->wrote_manifest(target()->Sync(o, d));
  }
  IOStatus Fsync(const IOOptions& o, IODebugContext* d) override {
    return trouble_->wrote_manifest(target()->Fsync(o, d));
  }

 private:
  std::shared_ptr<Trouble> trouble_;
};

class GuardedFileSystem : public rocksdb::FileSystemWrapper {
 public:
  GuardedFileSystem(std::shared_ptr<rocksdb::FileSystem> below, std::string folder)
      : FileSystemWrapper(std::move(below)), folder_(std::move(folder) + "/") {}
  const char* Name() const override { return "GuardedIngestion"; }

  IOStatus NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions& o,
                               std::unique_ptr<rocksdb::FSRandomAccessFile>* file, IODebugContext* d) override {
    auto status = target()->NewRandomAccessFile(path, o, file, d);
    if (status.ok() && path.starts_with(folder_))
      *file = std::make_unique<GuardedFile>(std::move(*file), path, trouble_);
    return status;
  }
  IOStatus LinkFile(const std::string& from, const std::string& to, const IOOptions& o, IODebugContext* d) override {
    if (trouble_->is_unreadable(from)) return IOStatus::IOError("its keys could not be read", from);
    return target()->LinkFile(from, to, o, d);
  }
  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& o,
                           std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* d) override {
    auto status = target()->NewWritableFile(path, o, file, d);
    if (status.ok() && path.find("/MANIFEST-") != path.npos)
      *file = std::make_unique<Manifest>(std::move(*file), trouble_);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& o, IODebugContext* d) override {
    auto status = target()->RenameFile(from, to, o, d);
    if (status.ok() && to.ends_with("/CURRENT")) trouble_->new_manifest();
    return status;
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& o, IODebugContext* d) override {
    bool is_published = path.ends_with(".sst") && !path.starts_with(folder_);
    if (is_published && trouble_->manifest_unsure()) return IOStatus::OK();
    trouble_->removed(path);
    return target()->DeleteFile(path, o, d);
  }

 private:
  std::string folder_;
  std::shared_ptr<Trouble> trouble_ = std::make_shared<Trouble>();
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> guard_ingestion(std::shared_ptr<rocksdb::FileSystem> below,
                                                     const std::string& folder) {
  return std::make_shared<GuardedFileSystem>(std::move(below), folder);
}

}  // namespace augury::io
