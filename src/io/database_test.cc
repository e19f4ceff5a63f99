#include "io/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <latch>
#include <thread>

#include "base/random.h"
#include "io/testing/faulty_file_system.h"

namespace augury::io {
namespace {

using testing::Fault;
using testing::FaultyFileSystem;
using testing::FileCall;
using ::testing::HasSubstr;

constexpr int kLog = 0, kRows = 1, kMeta = 2;

class DatabaseTest : public ::testing::Test {
 protected:
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  DatabaseOptions options() const { return {folder_, {{"log", true}, {"rows", false}, {"meta", false}}, files_}; }
  void open() {
    database_.reset();
    auto database = Database::open(options());
    ASSERT_TRUE(database) << database.error().message;
    database_ = std::move(*database);
  }
  void put(int family, const std::string& key, const std::string& value) {
    Batch batch;
    batch.put(family, key, value);
    auto written = database_->write(batch);
    ASSERT_TRUE(written) << written.error().message;
  }
  std::string get(int family, const std::string& key) const {
    auto value = database_->get(family, key);
    return !value ? "error" : *value ? **value : "none";
  }
  std::vector<std::string> keys(Cursor cursor) const {
    std::vector<std::string> found;
    for (; cursor.valid(); cursor.next()) found.emplace_back(cursor.key());
    EXPECT_TRUE(cursor.check());
    return found;
  }
  SortedFile file(int family, std::initializer_list<std::pair<const char*, const char*>> rows) {
    auto sorted = database_->new_file(family);
    EXPECT_TRUE(sorted) << sorted.error().message;
    for (auto [key, value] : rows) EXPECT_TRUE(sorted->put(key, value));
    return std::move(*sorted);
  }
  static std::vector<SortedFile> all(auto... files) {
    std::vector<SortedFile> list;
    (list.push_back(std::move(files)), ...);
    return list;
  }

  std::string folder_ = ::testing::TempDir() + "/database_" + std::to_string(base::entropy()) + "/deep";
  std::shared_ptr<FileSystem> files_;
  std::unique_ptr<Database> database_;
};

TEST_F(DatabaseTest, KeepsABatchOverSeveralFamiliesAcrossAReopen) {
  open();
  Batch batch;
  EXPECT_TRUE(batch.empty());
  batch.put(kLog, "1", "block");
  batch.put(kMeta, "a", "1");
  batch.put(kMeta, "b", "2");
  batch.erase(kMeta, "a");
  ASSERT_TRUE(database_->write(batch));
  EXPECT_TRUE(batch.empty()) << "a written batch is ready for the next";
  open();
  EXPECT_EQ(get(kLog, "1"), "block");
  EXPECT_EQ(get(kMeta, "a"), "none");
  EXPECT_EQ(get(kMeta, "b"), "2");
  EXPECT_EQ(get(kRows, "b"), "none");
  EXPECT_GT(database_->bytes_on_disk(), 0u);
  EXPECT_EQ(database_->torn_bytes(), 0u);
}

TEST_F(DatabaseTest, WalksInKeyOrderFromAnyPlace) {
  open();
  for (auto key : {"b", "d", "f"}) put(kRows, key, "x");
  using ::testing::ElementsAre;
  EXPECT_THAT(keys(database_->scan(kRows)), ElementsAre("b", "d", "f"));
  EXPECT_THAT(keys(database_->scan(kRows, "c")), ElementsAre("d", "f"));
  EXPECT_THAT(keys(database_->scan(kRows, "g")), ElementsAre());
  EXPECT_THAT(keys(database_->scan_from_at_or_before(kRows, "e")), ElementsAre("d", "f"));
  EXPECT_THAT(keys(database_->scan_from_at_or_before(kRows, "d")), ElementsAre("d", "f"));
  EXPECT_THAT(keys(database_->scan_from_at_or_before(kRows, "a")), ElementsAre("b", "d", "f"));
  EXPECT_EQ((*database_->last(kRows))->first, "f");
  EXPECT_FALSE(database_->last(kMeta)->has_value());
}

TEST_F(DatabaseTest, PublishesSortedFilesOverOlderValues) {
  open();
  put(kRows, "a", "old");
  put(kRows, "z", "kept");
  auto rows = file(kRows, {{"a", "new"}, {"b", "new"}});
  auto meta = file(kMeta, {{"at", "7"}});
  auto none = file(kLog, {});
  EXPECT_EQ(get(kRows, "a"), "old") << "nothing is visible before publish";
  auto published = database_->publish(all(std::move(rows), std::move(meta), std::move(none)));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(get(kRows, "a"), "new");
  EXPECT_EQ(get(kRows, "z"), "kept");
  EXPECT_EQ(get(kMeta, "at"), "7");
  EXPECT_TRUE(database_->publish({})) << "nothing to publish is no error";
  open();
  EXPECT_EQ(get(kRows, "b"), "new");
}

TEST_F(DatabaseTest, RefusesKeysOutOfOrderInASortedFile) {
  open();
  auto rows = file(kRows, {{"b", "1"}});
  EXPECT_FALSE(rows.put("a", "2"));
}

TEST_F(DatabaseTest, RemovesFilesThatACrashLeftBehind) {
  open();
  {
    auto forgotten = file(kRows, {{"a", "1"}});
  }
  ASSERT_FALSE(std::filesystem::is_empty(folder_ + "/checkpoint-tmp"));
  open();
  EXPECT_TRUE(std::filesystem::is_empty(folder_ + "/checkpoint-tmp"));
}

TEST_F(DatabaseTest, RefusesASecondOwnerOfTheFolder) {
  open();
  auto second = Database::open(options());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::Conflict);
  EXPECT_THAT(second.error().message, HasSubstr("another process is using it"));
}

TEST_F(DatabaseTest, RefusesAFolderOfANewerVersionAndChangesNothing) {
  open();
  database_.reset();
  auto older = Database::open({folder_, {{"log", true}}, nullptr});
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().code, Code::Invalid);
  EXPECT_THAT(older.error().message, HasSubstr("which this version does not know"));
}

TEST_F(DatabaseTest, TakesNewFamiliesIntoAnOldFolder) {
  ASSERT_TRUE(Database::open({folder_, {{"log", true}}, nullptr}));
  open();
  put(kMeta, "a", "1");
  EXPECT_EQ(get(kMeta, "a"), "1");
}

TEST_F(DatabaseTest, SharesASyncAmongThoseWhoWait) {
  auto slow = FaultyFileSystem::over();
  files_ = slow;
  open();
  put(kLog, "1", "x");
  slow->slow_down(FileCall::Sync, std::chrono::milliseconds{20});
  uint64_t before = slow->calls(FileCall::Sync);
  {
    std::latch all_here(16);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t) {
      threads.emplace_back([&] {
        all_here.arrive_and_wait();
        EXPECT_TRUE(database_->sync());
      });
    }
  }
  EXPECT_LT(slow->calls(FileCall::Sync) - before, 16u);
}

TEST_F(DatabaseTest, NeverClaimsASyncAfterOneHasFailed) {
  auto faulty = FaultyFileSystem::over();
  files_ = faulty;
  open();
  put(kLog, "1", "x");
  faulty->fail({.nth = 1, .fault = Fault::Io, .only = FileCall::Sync});
  auto synced = database_->sync();
  ASSERT_FALSE(synced);
  EXPECT_EQ(synced.error().code, Code::Unavailable);
  EXPECT_FALSE(database_->sync()) << "the disk may have dropped the bytes: trying again proves nothing";
  EXPECT_EQ(get(kLog, "1"), "x") << "reading goes on";
}

TEST_F(DatabaseTest, WritesAgainWhatAFailedSyncCoveredBeforeItGoesOn) {
  auto faulty = FaultyFileSystem::over();
  files_ = faulty;
  open();
  put(kLog, "1", "x");
  faulty->fail({.nth = 1, .fault = Fault::Io, .only = FileCall::SyncFolder});
  ASSERT_FALSE(database_->sync());
  ASSERT_FALSE(database_->sync());
  auto resumed = database_->resume();
  ASSERT_TRUE(resumed) << resumed.error().message;
  ASSERT_TRUE(database_->sync());
  database_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    if (entry.path().extension() == ".log") std::filesystem::resize_file(entry.path(), 0);
  open();
  EXPECT_EQ(get(kLog, "1"), "x") << "it is in a sorted file, whatever became of the log";
}

TEST_F(DatabaseTest, SaysThatTheDiskIsFullAndGoesOnWhenItIsNotAnyMore) {
  auto faulty = FaultyFileSystem::over();
  files_ = faulty;
  open();
  put(kLog, "1", "x");
  for (auto fault : {Fault::NoSpace, Fault::ShortWrite}) {
    faulty->fail({.nth = 1, .fault = fault, .only = FileCall::Write, .times = 1'000'000});
    Batch batch;
    batch.put(kLog, "2", std::string(1000, 'y'));
    auto written = database_->write(batch);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code::Exhausted);
    EXPECT_THAT(written.error().message, HasSubstr("free some space"));
    EXPECT_FALSE(batch.empty()) << "kept for another try";
    auto early = database_->resume();
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, Code::Exhausted) << early.error().message;
    EXPECT_EQ(get(kLog, "1"), "x") << "reading goes on";
    faulty->heal();
    auto resumed = database_->resume();
    ASSERT_TRUE(resumed) << resumed.error().message;
    ASSERT_TRUE(database_->write(batch));
    ASSERT_TRUE(database_->sync());
  }
  files_ = nullptr;
  open();
  EXPECT_EQ(get(kLog, "1"), "x");
  EXPECT_EQ(get(kLog, "2"), std::string(1000, 'y'));
}

TEST_F(DatabaseTest, DropsWholeFilesOfOldKeys) {
  open();
  for (int part = 0; part < 4; ++part) {
    for (int i = 0; i < 100; ++i) put(kLog, std::to_string(1000 + part * 100 + i), std::string(1000, 'x'));
    ASSERT_TRUE(database_->flush());
  }
  auto dropped = database_->drop_range(kLog, "1000", "1250");
  ASSERT_TRUE(dropped) << dropped.error().message;
  auto left = keys(database_->scan(kLog));
  EXPECT_THAT(left, ::testing::SizeIs(::testing::AllOf(::testing::Ge(150u), ::testing::Lt(400u))));
  EXPECT_GE(left.front(), "1100") << "the first file is gone whole";
  EXPECT_EQ(left.back(), "1399");
}

TEST_F(DatabaseTest, NeverRewritesAnAppendOnlyFamily) {
  open();
  base::Random random(3);
  uint64_t written = 0;
  for (int key = 0; key < 1200; ++key) {
    std::string value(100'000, ' ');
    for (size_t i = 0; i < value.size(); i += 8) *reinterpret_cast<uint64_t*>(&value[i]) = random();
    put(kLog, std::to_string(100'000 + key), value);
    written += value.size();
  }
  ASSERT_TRUE(database_->flush());
  uint64_t sorted = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    if (entry.path().extension() == ".sst") sorted += entry.file_size();
  EXPECT_LT(static_cast<double>(sorted), 1.2 * static_cast<double>(written));
}

TEST_F(DatabaseTest, SaysThatAFolderCannotBeMade) {
  folder_ = "/proc/augury/none";
  auto database = Database::open(options());
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Code::Unavailable);
}

}  // namespace
}  // namespace augury::io
