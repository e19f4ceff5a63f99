// Takes the chunked coding off a body, byte by byte as they come.
//
// Stricter than it must be, because two readers that disagree about where a body ends are a way to smuggle a request:
// sizes are plain hexadecimal, every line ends in CR LF, extensions and trailers are bounded and then ignored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace augury::net {

// Not thread-safe: one per body.
class ChunkDecoder {
 public:
  enum class State { More, Done, Malformed, TooLong };

  explicit ChunkDecoder(size_t bytes_max) : bytes_max_(bytes_max) {}

  // Appends what `in` holds of the body to `out` and takes it off `in`. After Done, `in` is what follows the body.
  State feed(std::string_view& in, std::string& out);

 private:
  //   Size --;--> Extension --CR--> SizeEnd --LF--> Bytes --> BytesEnd(CR, LF) --> Size
  //   SizeEnd of the size 0 --LF--> TrailerStart --byte--> Trailer --CR--> TrailerLineEnd --LF--> TrailerStart
  //   TrailerStart --CR--> LastLf --LF--> Finished
  enum class At {
    Size,
    Extension,
    SizeEnd,
    Bytes,
    BytesCr,
    BytesLf,
    TrailerStart,
    Trailer,
    TrailerLineEnd,
    LastLf,
    Finished,
    Broken
  };

  At next(char c);
  At after_size_digit(char c);

  size_t bytes_max_;
  size_t taken_ = 0;
  uint64_t left_ = 0;   // Of the chunk being read.
  int digits_ = 0;      // Of the size being read.
  size_t ignored_ = 0;  // Bytes of extensions and trailers so far.
  At at_ = At::Size;
};

}  // namespace augury::net
