#include "net/chunk_decoder.h"

#include <gtest/gtest.h>

namespace augury {
namespace {

using net::ChunkDecoder;
using State = ChunkDecoder::State;

State decode(std::string_view in, std::string& out, size_t bytes_max = 100) {
  ChunkDecoder decoder(bytes_max);
  return decoder.feed(in, out);
}

TEST(ChunkDecoder, JoinsChunksAndIgnoresExtensionsAndTrailers) {
  std::string out;
  std::string_view in = "3\r\nabc\r\n0A;x=\"y\"\r\n0123456789\r\n0\r\nDigest: z\r\n\r\nGET /";
  ChunkDecoder decoder(100);
  EXPECT_EQ(decoder.feed(in, out), State::Done);
  EXPECT_EQ(out, "abc0123456789");
  EXPECT_EQ(in, "GET /") << "what follows is left for the next request";
}

TEST(ChunkDecoder, TakesOneByteAtATime) {
  std::string out;
  ChunkDecoder decoder(100);
  std::string_view whole = "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n";
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string_view one = whole.substr(i, 1);
    EXPECT_EQ(decoder.feed(one, out), i + 1 == whole.size() ? State::Done : State::More) << i;
  }
  EXPECT_EQ(out, "hello!");
}

TEST(ChunkDecoder, RefusesWhatItCannotBeSureOf) {
  for (std::string_view bad :
       {"\r\n", "g\r\n", "0x5\r\nhello\r\n", "+5\r\nhello\r\n", "-1\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n",
        "5\nhello\r\n", "5\r\nhello\n", "5\r\nhelloX", "5\rX", "5;a\nb\r\n", "0\r\n folded\r\n\r\n", "0\r\nA: b\n\r\n",
        "0\r\n\rX", "1000000000000000\r\n", "0;\x01\r\n\r\n"}) {
    std::string out;
    EXPECT_EQ(decode(bad, out), State::Malformed) << bad;
  }
}

TEST(ChunkDecoder, BoundsWhatItIgnores) {
  std::string out;
  EXPECT_EQ(decode("1;" + std::string(5000, 'x'), out), State::Malformed);
  EXPECT_EQ(decode("0\r\nA: " + std::string(5000, 'x'), out), State::Malformed);
}

TEST(ChunkDecoder, SaysThatABodyIsTooLongBeforeItIsThere) {
  std::string out;
  EXPECT_EQ(decode("64\r\n", out), State::More) << "100 bytes are allowed";
  EXPECT_EQ(decode("65\r\n", out), State::TooLong);
  EXPECT_EQ(decode("fffffffffffffff\r\n", out), State::TooLong);
}

}  // namespace
}  // namespace augury
