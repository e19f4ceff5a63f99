#include "wire/record_buffer.h"

#include <cstring>

namespace augury::wire {
namespace {

constexpr size_t kChunk = 256 << 10;

}  // namespace

Result<void> RecordBuffer::grow() {
  if (begin_ > 0) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (bytes_.size() < end_ + kChunk) bytes_.resize(end_ + kChunk);
  AUGURY_TRY(size_t n, source_({bytes_.data() + end_, bytes_.size() - end_}));
  end_ += n;
  at_end_ = n == 0;
  return {};
}

Result<RecordBuffer::Line> RecordBuffer::line() {
  for (size_t looked = 0;;) {
    auto text = rest();
    size_t end = text.find('\n', looked);
    if (end != std::string_view::npos || at_end_) {
      bool whole = end != std::string_view::npos;
      size_t length = whole ? end : text.size();
      if (length > kRecordBytesMax) return Line{};
      size_t carriage = length > 0 && text[length - 1] == '\r' ? 1 : 0;
      return Line{length - carriage, carriage + (whole ? 1 : 0)};
    }
    if (text.size() > kRecordBytesMax) return Line{};
    looked = text.size();
    AUGURY_TRY_VOID(grow());
  }
}

Result<void> RecordBuffer::pass_line() {
  for (;;) {
    auto text = rest();
    size_t end = text.find('\n');
    pass(end == std::string_view::npos ? text.size() : end + 1);
    if (end != std::string_view::npos || at_end_) return {};
    AUGURY_TRY_VOID(grow());
  }
}

Result<void> RecordBuffer::pass_byte_order_mark() {
  while (rest().size() < 3 && !at_end_) AUGURY_TRY_VOID(grow());
  if (rest().starts_with("\xef\xbb\xbf")) pass(3);
  return {};
}

}  // namespace augury::wire
