#include "io/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/random.h"

namespace augury::io {
namespace {

class Files : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(make_folder(folder_ + "/a/b")); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string folder_ = ::testing::TempDir() + "/files_" + std::to_string(base::entropy());
};

TEST_F(Files, GiveBackWhatWasWrittenLast) {
  auto path = folder_ + "/a/b/note";
  ASSERT_TRUE(write_file(path, "one"));
  ASSERT_TRUE(write_file(path, std::string(200'000, 'x')));
  EXPECT_EQ(*read_file(path, 200'000), std::string(200'000, 'x'));
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_F(Files, AreRefusedBeyondTheBound) {
  auto path = folder_ + "/big";
  ASSERT_TRUE(write_file(path, "12345"));
  auto bytes = read_file(path, 4);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().code, Code::Invalid);
  EXPECT_THAT(bytes.error().message, ::testing::HasSubstr("larger than 4 bytes"));
}

TEST_F(Files, SayWhatIsWrong) {
  EXPECT_EQ(read_file(folder_ + "/none", 9).error().code, Code::NotFound);
  EXPECT_EQ(read_file(folder_, 9).error().code, Code::Invalid);
  EXPECT_EQ(write_file(folder_ + "/no/such/folder", "x").error().code, Code::NotFound);
  EXPECT_EQ(write_file("/dev/full/x", "x").error().code, Code::Unavailable);
  ASSERT_TRUE(write_file(folder_ + "/file", "x"));
  EXPECT_EQ(make_folder(folder_ + "/file/below").error().code, Code::Unavailable);
  ASSERT_TRUE(make_folder(folder_ + "/taken"));
  EXPECT_FALSE(write_file(folder_ + "/taken", "x")) << "a folder has the name";
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/taken.new"));
}

}  // namespace
}  // namespace augury::io
