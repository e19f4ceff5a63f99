#include <algorithm>
#include <vector>

#include "io/rocks_internal.h"

namespace augury::io {
namespace {

// A log is cut in blocks of 32 KiB, each a run of fragments: checksum (4), length (2), type (1), bytes. A record is one
// Full fragment, or First, Middle..., Last. Fewer than 7 bytes at the end of a block are padding.
constexpr uint64_t kBlock = 32768;
constexpr uint64_t kHeader = 7;
constexpr uint8_t kFull = 1, kLast = 4;

Result<uint64_t> torn_bytes(rocksdb::FileSystem& files, const std::string& path) {
  std::unique_ptr<rocksdb::FSRandomAccessFile> file;
  uint64_t size = 0, whole = 0, at = 0;
  auto status = files.GetFileSize(path, {}, &size, nullptr);
  if (status.ok()) status = files.NewRandomAccessFile(path, {}, &file, nullptr);
  while (status.ok()) {
    if (kBlock - at % kBlock < kHeader) at += kBlock - at % kBlock;
    if (at + kHeader > size) break;
    char scratch[kHeader];
    rocksdb::Slice bytes;
    status = file->Read(at, kHeader, {}, &bytes, scratch, nullptr);
    if (!status.ok() || bytes.size() < kHeader) break;
    auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
    uint64_t length = byte(4) | byte(5) << 8;
    if (byte(6) == 0 && length == 0) return 0;  // Room set aside and never written.
    at += kHeader + length;
    if (at > size) break;
    if (byte(6) == kFull || byte(6) == kLast) whole = at;
  }
  if (!status.ok()) return error_of(status, "reading the log '" + path + "'");
  return size - std::min(size, whole);
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
