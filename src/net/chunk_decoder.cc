#include "net/chunk_decoder.h"

#include <algorithm>

namespace augury::net {
namespace {

constexpr size_t kIgnoredMax = 4096;
constexpr int kDigitsMax = 15;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_text(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

}  // namespace

ChunkDecoder::At ChunkDecoder::after_size_digit(char c) {
  int value = hex_value(c);
  if (value >= 0) {
    left_ = left_ * 16 + static_cast<uint64_t>(value);
    return ++digits_ > kDigitsMax ? At::Broken : At::Size;
  }
  if (digits_ == 0) return At::Broken;
  return c == ';' ? At::Extension : c == '\r' ? At::SizeEnd : At::Broken;
}

ChunkDecoder::At ChunkDecoder::next(char c) {
  switch (at_) {
    case At::Size:
      return after_size_digit(c);
    case At::Extension:
      if (c == '\r') return At::SizeEnd;
      return is_text(c) && ++ignored_ <= kIgnoredMax ? At::Extension : At::Broken;
    case At::SizeEnd:
      digits_ = 0;
      return c != '\n' ? At::Broken : left_ == 0 ? At::TrailerStart : At::Bytes;
    case At::BytesCr:
      return c == '\r' ? At::BytesLf : At::Broken;
    case At::BytesLf:
      return c == '\n' ? At::Size : At::Broken;
    case At::TrailerStart:
      if (c == '\r') return At::LastLf;
      return is_text(c) && c != ' ' && c != '\t' && ++ignored_ <= kIgnoredMax ? At::Trailer : At::Broken;
    case At::Trailer:
      if (c == '\r') return At::TrailerLineEnd;
      return is_text(c) && ++ignored_ <= kIgnoredMax ? At::Trailer : At::Broken;
    case At::TrailerLineEnd:
      return c == '\n' ? At::TrailerStart : At::Broken;
    case At::LastLf:
      return c == '\n' ? At::Finished : At::Broken;
    case At::Bytes:
    case At::Finished:
    case At::Broken:
      break;
  }
  return At::Broken;
}

ChunkDecoder::State ChunkDecoder::feed(std::string_view& in, std::string& out) {
  while (at_ != At::Finished && at_ != At::Broken && !in.empty()) {
    if (at_ != At::Bytes) {
      at_ = next(in.front());
      in.remove_prefix(1);
      if (at_ == At::Bytes && left_ > bytes_max_ - taken_) return State::TooLong;
      continue;
    }
    size_t step = static_cast<size_t>(std::min<uint64_t>(left_, in.size()));
    out.append(in.substr(0, step));
    in.remove_prefix(step);
    taken_ += step;
    left_ -= step;
    if (left_ == 0) at_ = At::BytesCr;
  }
  return at_ == At::Finished ? State::Done : at_ == At::Broken ? State::Malformed : State::More;
}

}  // namespace augury::net
