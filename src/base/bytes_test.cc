#include "base/bytes.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace augury {
namespace {

using base::ByteReader;
using base::ByteWriter;

TEST(Bytes, ReadBackWhatWasWritten) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE(seed);
  base::Random random(seed);
  for (int round = 0; round < 1000; ++round) {
    uint64_t wide = random() >> random.below(64);
    auto whole = static_cast<int64_t>(random()) >> random.below(64);
    double real = random.uniform();
    std::string text(random.below(300), 'x');
    std::string bytes;
    ByteWriter writer(bytes);
    writer.varint(wide);
    writer.signed_varint(whole);
    writer.fixed(real);
    writer.text(text);
    writer.byte(7);
    writer.big_endian(whole);
    writer.big_endian(static_cast<uint16_t>(wide));
    ByteReader reader(bytes);
    EXPECT_EQ(reader.varint(), wide);
    EXPECT_EQ(reader.signed_varint(), whole);
    EXPECT_EQ(reader.fixed<double>(), real);
    EXPECT_EQ(reader.text(), text);
    EXPECT_EQ(reader.byte(), 7);
    EXPECT_EQ(reader.big_endian<int64_t>(), whole);
    EXPECT_EQ(reader.big_endian<uint16_t>(), static_cast<uint16_t>(wide));
    EXPECT_TRUE(reader.empty());
    EXPECT_FALSE(reader.failed());
  }
}

TEST(Bytes, CutAnywhereFailsInsteadOfReadingPastTheEnd) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.varint(1u << 20);
  writer.text("hello");
  writer.fixed(uint32_t{9});
  writer.signed_varint(-5'000'000);
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::string cut = bytes.substr(0, size);  // Its own allocation, so that the sanitizer sees its end.
    ByteReader reader(cut);
    reader.varint();
    reader.text();
    reader.fixed<uint32_t>();
    reader.signed_varint();
    EXPECT_TRUE(reader.failed()) << size;
    EXPECT_EQ(reader.left(), 0u);
    EXPECT_EQ(reader.fixed<uint64_t>(), 0u) << "zeros after the end";
  }
}

TEST(Bytes, RefuseAVarintThatNeverEndsAndATextLongerThanTheInput) {
  std::string endless(11, '\xff');
  ByteReader reader(endless);
  EXPECT_EQ(reader.varint(), 0u);
  EXPECT_TRUE(reader.failed());

  std::string bytes;
  ByteWriter(bytes).varint(~uint64_t{0});
  ByteReader text(bytes);
  EXPECT_EQ(text.text(), "");
  EXPECT_TRUE(text.failed());
}

TEST(Bytes, BigEndianUnsignedNumbersSortAsBytes) {
  std::string last;
  for (uint64_t value : {0ull, 1ull, 255ull, 256ull, 65'536ull, 1ull << 40, ~0ull}) {
    std::string key;
    ByteWriter(key).big_endian(value);
    EXPECT_TRUE(last.empty() || last < key) << value;
    last = key;
  }
}

}  // namespace
}  // namespace augury
