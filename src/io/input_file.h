// A file read from front to back, whether it is plain, gzip (.gz) or Zstandard (.zst).
//
//   AUGURY_TRY(auto file, InputFile::open("clicks.csv.gz"));
//   AUGURY_TRY(size_t n, file->read(buffer));     // 0: the end
//
// What it is shows in its first bytes, not in its name. Several compressed streams behind each other are one file, as
// gzip and zstd themselves have it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "augury/result.h"

namespace augury::io {

// Not thread-safe.
class InputFile {
 public:
  // "-" is the standard input. NotFound: no such file. Invalid: a folder. Unavailable: it cannot be read.
  static Result<std::unique_ptr<InputFile>> open(const std::string& path);
  virtual ~InputFile() = default;

  // The next plain bytes; 0 at the end. Corrupt: the compressed data is damaged or cut short.
  virtual Result<size_t> read(std::span<char> into) = 0;

  // How far the reading is, in bytes on disk; they say how much is left.
  uint64_t bytes_taken() const { return bytes_taken_; }
  uint64_t bytes_in_all() const { return bytes_in_all_; }  // 0: not known, as of a pipe.

 protected:
  uint64_t bytes_taken_ = 0;
  uint64_t bytes_in_all_ = 0;
};

}  // namespace augury::io
