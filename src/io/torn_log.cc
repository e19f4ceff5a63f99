#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "io/rocks_internal.h"

namespace augury::io {
namespace {

// A log is cut in blocks of 32 KiB, each a run of fragments: checksum (4), length (2), type (1), bytes. A record is one
// Full fragment, or First, Middle..., Last. Fewer than 7 bytes at the end of a block are padding.
constexpr uint64_t kBlock = 32768;
constexpr uint64_t kHeader = 7;
constexpr uint8_t kFull = 1, kLast = 4;

struct Fragment {
  uint32_t checksum = 0;
  uint64_t length = 0;
  uint8_t type = 0;
};

Fragment fragment_at(std::string_view bytes) {
  auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])); };
  return {byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24, byte(4) | byte(5) << 8,
          static_cast<uint8_t>(byte(6))};
}

uint32_t crc32c(std::string_view bytes) {
  static const auto table = [] {
    std::array<uint32_t, 256> t;
    for (uint32_t i = 0; i < 256; ++i) {
      t[i] = i;
      for (int bit = 0; bit < 8; ++bit) t[i] = t[i] >> 1 ^ (t[i] & 1 ? 0x82f63b78u : 0);
    }
    return t;
  }();
  uint32_t crc = ~0u;
  for (char c : bytes) crc = table[(crc ^ static_cast<uint8_t>(c)) & 0xff] ^ crc >> 8;
  return ~crc;
}

// A whole fragment begins here: its checksum (rotated and shifted, as RocksDB keeps it) is right.
bool is_whole(std::string_view bytes) {
  if (bytes.size() < kHeader) return false;
  auto f = fragment_at(bytes);
  if (f.type < kFull || f.type > kLast || kHeader + f.length > bytes.size()) return false;
  uint32_t crc = crc32c(bytes.substr(6, 1 + f.length));
  return f.checksum == (crc >> 15 | crc << 17) + 0xa282ead8u;
}

class LogFile {
 public:
  LogFile(rocksdb::FSRandomAccessFile& file, uint64_t size) : file_(file), size_(size) {}

  // Sets `torn` to the bytes behind the last whole record. Corruption: what looks torn has whole records behind it.
  rocksdb::Status inspect(uint64_t& torn) {
    uint64_t whole = 0, at = 0;
    for (;;) {
      if (kBlock - at % kBlock < kHeader) at += kBlock - at % kBlock;
      if (at + kHeader > size_) break;
      std::string_view header;
      if (auto s = read(at, kHeader, header); !s.ok()) return s;
      auto f = fragment_at(header);
      // Kinds that reused logs have: RocksDB would take one for the end of the log, and this database never writes any.
      if (f.type > kLast) return rocksdb::Status::Corruption("an unknown kind of record at byte " + std::to_string(at));
      uint64_t room = std::min(size_ - at, kBlock - at % kBlock);
      if ((f.type == 0 && f.length == 0) || kHeader + f.length > room) break;
      at += kHeader + f.length;
      if (f.type == kFull || f.type == kLast) whole = at;
    }
    torn = size_ > whole ? size_ - whole : 0;
    return inspect_tail(at);
  }

 private:
  rocksdb::Status read(uint64_t at, size_t bytes, std::string_view& out) {
    scratch_.resize(bytes);
    rocksdb::Slice got;
    auto s = file_.Read(at, bytes, {}, &got, scratch_.data(), nullptr);
    if (s.ok() && got.size() < bytes) return rocksdb::Status::IOError("the log became shorter while it was read");
    out = {got.data(), got.size()};
    return s;
  }

  // Something whole anywhere in the rest of this block, or at the start of a later one, is not the end of a write.
  rocksdb::Status inspect_tail(uint64_t at) {
    for (uint64_t places = kBlock; at < size_; at += kBlock - at % kBlock, places = 1) {
      std::string_view tail;
      if (auto s = read(at, std::min(kBlock - at % kBlock, size_ - at), tail); !s.ok()) return s;
      for (size_t skip = 0; skip < std::min<uint64_t>(places, tail.size()); ++skip)
        if (is_whole(tail.substr(skip)))
          return rocksdb::Status::Corruption("a whole record at byte " + std::to_string(at + skip) +
                                             " stands behind a damaged one");
    }
    return rocksdb::Status::OK();
  }

  rocksdb::FSRandomAccessFile& file_;
  uint64_t size_;
  std::string scratch_;
};

Result<uint64_t> torn_bytes(rocksdb::FileSystem& files, const std::string& path) {
  std::unique_ptr<rocksdb::FSRandomAccessFile> file;
  uint64_t size = 0, torn = 0;
  rocksdb::Status status = files.GetFileSize(path, {}, &size, nullptr);
  if (status.ok()) status = files.NewRandomAccessFile(path, {}, &file, nullptr);
  if (status.ok()) status = LogFile(*file, size).inspect(torn);
  if (!status.ok()) return error_of(status, "reading the log '" + path + "'");
  return torn;
}

}  // namespace

Result<uint64_t> torn_log_bytes(rocksdb::FileSystem& files, const std::string& folder) {
  std::vector<std::string> names;
  auto status = files.GetChildren(folder, {}, &names, nullptr);
  if (!status.ok()) return error_of(status, "listing '" + folder + "'");
  uint64_t torn = 0;
  for (const auto& name : names) {
    if (!name.ends_with(".log")) continue;
    AUGURY_TRY(auto bytes, torn_bytes(files, folder + "/" + name));
    torn += bytes;
  }
  return torn;
}

}  // namespace augury::io
