#include "io/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

namespace augury::io {
namespace {

constexpr size_t kChunk = 256 << 10;

// The bytes on disk: looked at before they are taken, so that the kind of file can be told from the first ones.
class Disk {
 public:
  Disk(int fd, std::string path) : fd_(fd), path_(std::move(path)), buffer_(kChunk) {}
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  ~Disk() {
    if (fd_ > 0) close(fd_);
  }

  // What was read and not taken yet, read anew when it is used up; empty at the end.
  Result<std::string_view> peek() {
    if (begin_ == end_) {
      begin_ = end_ = 0;
      AUGURY_TRY_VOID(read_more());
    }
    return std::string_view(buffer_.data() + begin_, end_ - begin_);
  }
  void take(size_t n) {
    begin_ += n;
    taken_ += n;
  }
  // At least four bytes, if the file has them.
  Result<std::string_view> first_bytes() {
    for (size_t before = 1; end_ < 4 && before != end_;) {
      before = end_;
      AUGURY_TRY_VOID(read_more());
    }
    return std::string_view(buffer_.data(), end_);
  }
  uint64_t taken() const { return taken_; }
  const std::string& path() const { return path_; }

 private:
  Result<void> read_more() {
    ssize_t n;
    do n = ::read(fd_, buffer_.data() + end_, buffer_.size() - end_);
    while (n < 0 && errno == EINTR);
    if (n < 0) return Error{Code::Unavailable, path_ + ": reading failed: " + std::strerror(errno)};
    end_ += static_cast<size_t>(n);
    return {};
  }

  int fd_;
  std::string path_;
  std::vector<char> buffer_;
  size_t begin_ = 0, end_ = 0;
  uint64_t taken_ = 0;
};

Error cut_short(const Disk& disk) {
  return {Code::Corrupt, disk.path() + ": the compressed data ends too early; fetch or make the file again"};
}

Error damaged(const Disk& disk, const char* why) {
  return {Code::Corrupt, disk.path() + ": the compressed data is damaged (" + why + "); fetch or make the file again"};
}

class Plain : public InputFile {
 public:
  Plain(std::unique_ptr<Disk> disk, uint64_t size) : disk_(std::move(disk)) { bytes_in_all_ = size; }
  Result<size_t> read(std::span<char> into) override {
    AUGURY_TRY(auto bytes, disk_->peek());
    size_t n = std::min(bytes.size(), into.size());
    std::memcpy(into.data(), bytes.data(), n);
    disk_->take(n);
    bytes_taken_ = disk_->taken();
    return n;
  }

 private:
  std::unique_ptr<Disk> disk_;
};

class Gzip : public InputFile {
 public:
  Gzip(std::unique_ptr<Disk> disk, uint64_t size) : disk_(std::move(disk)) {
    bytes_in_all_ = size;
    inflateInit2(&stream_, 15 + 16);  // The largest window, and a gzip header.
  }
  ~Gzip() override { inflateEnd(&stream_); }

  Result<size_t> read(std::span<char> into) override {
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(into.size(), kChunk));
    size_t room = stream_.avail_out;
    while (stream_.avail_out == room) {
      AUGURY_TRY(auto bytes, disk_->peek());
      if (bytes.empty()) {
        if (inside_) return cut_short(*disk_);
        break;
      }
      AUGURY_TRY_VOID(inflate_some(bytes));
    }
    bytes_taken_ = disk_->taken();
    return room - stream_.avail_out;
  }

 private:
  Result<void> inflate_some(std::string_view bytes) {
    if (!inside_) {
      if (bytes[0] == '\0') return disk_->take(1), Result<void>{};  // Padding behind a member, as tapes have it.
      inflateReset(&stream_);
      inside_ = true;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    int code = inflate(&stream_, Z_NO_FLUSH);
    disk_->take(bytes.size() - stream_.avail_in);
    if (code == Z_STREAM_END)
      inside_ = false;
    else if (code != Z_OK)
      return damaged(*disk_, stream_.msg ? stream_.msg : "zlib");
    return {};
  }

  std::unique_ptr<Disk> disk_;
  z_stream stream_{};
  bool inside_ = false;  // A member has begun and not ended.
};

class Zstandard : public InputFile {
 public:
  Zstandard(std::unique_ptr<Disk> disk, uint64_t size) : disk_(std::move(disk)), stream_(ZSTD_createDStream()) {
    bytes_in_all_ = size;
    // As large a window as `zstd --long=31` makes.
    ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, 31);
  }

  Result<size_t> read(std::span<char> into) override {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (out.pos == 0) {
      AUGURY_TRY(auto bytes, disk_->peek());
      if (bytes.empty() && left_ == 0) break;
      ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
      left_ = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(left_)) return damaged(*disk_, ZSTD_getErrorName(left_));
      disk_->take(in.pos);
      if (bytes.empty() && out.pos == 0 && left_ != 0) return cut_short(*disk_);
    }
    bytes_taken_ = disk_->taken();
    return out.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<Disk> disk_;
  std::unique_ptr<ZSTD_DStream, Free> stream_;
  size_t left_ = 0;  // 0: between two frames.
};

}  // namespace

Result<std::unique_ptr<InputFile>> InputFile::open(const std::string& path) {
  int fd = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    auto code = errno == ENOENT ? Code::NotFound : Code::Unavailable;
    return Error{code, "cannot read " + path + ": " + std::strerror(errno)};
  }
  auto disk = std::make_unique<Disk>(fd, path == "-" ? "standard input" : path);
  struct stat found{};
  if (fstat(fd, &found) == 0 && S_ISDIR(found.st_mode))
    return Error{Code::Invalid, path + " is a folder; name a file in it"};
  uint64_t size = S_ISREG(found.st_mode) ? static_cast<uint64_t>(found.st_size) : 0;
  AUGURY_TRY(auto first, disk->first_bytes());
  std::unique_ptr<InputFile> file;
  if (first.starts_with("\x1f\x8b"))
    file = std::make_unique<Gzip>(std::move(disk), size);
  else if (first.starts_with("\x28\xb5\x2f\xfd"))
    file = std::make_unique<Zstandard>(std::move(disk), size);
  else
    file = std::make_unique<Plain>(std::move(disk), size);
  return file;
}

}  // namespace augury::io
