#include "engine/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace augury::engine {
namespace {

namespace fs = std::filesystem;

class Folder : public testing::Test {
 protected:
  ~Folder() override { fs::remove_all(path); }
  std::string path = (fs::temp_directory_path() / ("augury-folder-" + std::to_string(getpid()))).string();
};

TEST_F(Folder, IsMadeAndHeldByOneOnly) {
  auto first = FolderLock::hold(path);
  ASSERT_TRUE(first) << first.error().message;
  auto second = FolderLock::hold(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::Conflict);
  EXPECT_THAT(second.error().message, testing::HasSubstr(std::to_string(getpid()))) << "names who holds it";
}

TEST_F(Folder, IsFreeAgainWhenTheHolderIsGone) {
  {
    auto first = FolderLock::hold(path);
  }
  EXPECT_TRUE(FolderLock::hold(path));
}

TEST_F(Folder, IsNotMadeForWhoeverOnlyLooks) {
  auto held = FolderLock::hold_existing(path);
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code, Code::NotFound);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(Folder, ThatCannotBeMadeIsRefusedWithTheReason) {
  auto held = FolderLock::hold("/proc/augury");
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().code, Code::Unavailable);
}

}  // namespace
}  // namespace augury::engine
