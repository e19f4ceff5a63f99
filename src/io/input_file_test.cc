#include "io/input_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

#include "base/random.h"

namespace augury::io {
namespace {

using testing::HasSubstr;

std::string file_of(std::string_view bytes) {
  auto path = testing::TempDir() + "input_file_test.bin";
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

Result<std::string> read_all(const std::string& path, size_t room) {
  AUGURY_TRY(auto file, InputFile::open(path));
  std::string all, part(room, '\0');
  for (;;) {
    AUGURY_TRY(size_t n, file->read(part));
    if (n == 0) break;
    all.append(part, 0, n);
  }
  EXPECT_EQ(file->bytes_taken(), file->bytes_in_all()) << "at the end everything is taken";
  return all;
}

std::string gzip(std::string_view plain) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, plain.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(std::string_view plain) {
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  auto* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);  // As the program zstd does.
  out.resize(ZSTD_compress2(context, out.data(), out.size(), plain.data(), plain.size()));
  ZSTD_freeCCtx(context);
  return out;
}

std::string lines(size_t count) {
  std::string text;
  base::Random random(7);
  for (size_t i = 0; i < count; ++i) text += std::to_string(random()) + ",some text\n";
  return text;
}

TEST(InputFile, ReadsPlainGzipAndZstandardAlike) {
  auto text = lines(40'000);  // About a megabyte: several chunks.
  for (size_t room : {size_t{1000}, size_t{1} << 20}) {
    EXPECT_EQ(*read_all(file_of(text), room), text);
    EXPECT_EQ(*read_all(file_of(gzip(text)), room), text);
    EXPECT_EQ(*read_all(file_of(zstd(text)), room), text);
  }
}

TEST(InputFile, ReadsStreamsBehindEachOtherAsOneFile) {
  EXPECT_EQ(*read_all(file_of(gzip("one ") + gzip("") + gzip("two")), 64), "one two");
  EXPECT_EQ(*read_all(file_of(zstd("one ") + zstd("") + zstd("two")), 64), "one two");
}

TEST(InputFile, ReadsEmptyFiles) {
  for (const auto& bytes : {std::string(), gzip(""), zstd("")}) EXPECT_EQ(*read_all(file_of(bytes), 64), "");
}

TEST(InputFile, SaysWhenCompressedDataIsCutShort) {
  auto text = lines(1000);
  for (auto bytes : {gzip(text), zstd(text)}) {
    bytes.resize(bytes.size() - 5);
    auto read = read_all(file_of(bytes), 1 << 20);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::Corrupt);
    EXPECT_THAT(read.error().message, HasSubstr("ends too early"));
  }
}

TEST(InputFile, SaysWhenCompressedDataIsDamaged) {
  auto text = lines(1000);
  for (auto bytes : {gzip(text), zstd(text)}) {
    for (size_t i = bytes.size() / 2; i < bytes.size() / 2 + 20; ++i) bytes[i] = static_cast<char>(~bytes[i]);
    auto read = read_all(file_of(bytes), 1 << 20);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::Corrupt);
  }
}

TEST(InputFile, SaysWhatIsNotThere) {
  EXPECT_EQ(InputFile::open("/nowhere/x.csv").error().code, Code::NotFound);
  EXPECT_EQ(InputFile::open(testing::TempDir()).error().code, Code::Invalid);
}

}  // namespace
}  // namespace augury::io
