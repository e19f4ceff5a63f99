// A window over a file that slides from record to record: what is needed stays, the rest is read behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "augury/result.h"
#include "wire/record_reader.h"

namespace augury::wire {

// Not thread-safe.
class RecordBuffer {
 public:
  explicit RecordBuffer(ByteSource source) : source_(std::move(source)) {}

  // What was read and not yet passed over. Changes with grow().
  std::string_view rest() const { return {bytes_.data() + begin_, end_ - begin_}; }
  char* mutable_rest() { return bytes_.data() + begin_; }
  void pass(size_t n) { begin_ += n; }
  bool at_end() const { return at_end_; }
  // Reads more behind rest(); at_end() afterwards if there was no more.
  Result<void> grow();

  // The length of the first line of rest() without its end, grown until it is all there; npos if it is longer than
  // kRecordBytesMax. `ends` is how many bytes end it: 0 at the end of the file.
  struct Line {
    size_t length = std::string_view::npos;
    size_t ends = 0;
  };
  Result<Line> line();
  // Passes over the rest of a line however long.
  Result<void> pass_line();
  // Passes over EF BB BF at the beginning.
  Result<void> pass_byte_order_mark();

 private:
  ByteSource source_;
  std::string bytes_;
  size_t begin_ = 0, end_ = 0;
  bool at_end_ = false;
};

}  // namespace augury::wire
