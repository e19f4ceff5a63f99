// The disk fails at every call in turn, and the power goes at random moments: what sync() promised is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/random.h"
#include "io/testing/faulty_file_system.h"
#include "io/testing/power_cut_file_system.h"
#include "journal/journal.h"
#include "journal/testing/random_records.h"

namespace augury::journal {
namespace {

namespace fs = std::filesystem;
using io::testing::Fault;
using io::testing::FaultyFileSystem;
using io::testing::FileCall;
using io::testing::PowerCutFileSystem;

constexpr int kJournal = 0, kNames = 1, kRows = 2, kMeta = 3;

std::string new_folder() {
  std::string root = fs::exists("/dev/shm") ? "/dev/shm" : ::testing::TempDir();
  return root + "/augury_faults_" + std::to_string(base::entropy());
}

// One run of a server's life in small: blocks with names, syncs, checkpoints, a clean end. It stops at the first error.
struct Life {
  std::map<uint64_t, std::string> appended = {};  // First sequence of a block -> its description.
  uint64_t synced = 0;                            // Sequences up to here were promised.
  uint64_t published = 0;                         // The newest checkpoint that publish() confirmed.
  uint64_t publishing = 0;                        // The newest one it was asked for.
  std::string stopped_by = {};
};

io::DatabaseOptions options(const std::string& folder, std::shared_ptr<io::FileSystem> files) {
  return {folder, {{"journal", true}, {"names", false}, {"rows", false}, {"meta", false}}, std::move(files)};
}

Result<void> publish(io::Database& database, Life& run, uint64_t at) {
  AUGURY_TRY(auto rows, database.new_file(kRows));
  for (int i = 0; i < 20; ++i) AUGURY_TRY_VOID(rows.put("row" + std::to_string(100 + i), std::to_string(at)));
  AUGURY_TRY(auto meta, database.new_file(kMeta));
  AUGURY_TRY_VOID(meta.put("checkpoint", std::to_string(at)));
  run.publishing = at;
  std::vector<io::SortedFile> files;
  files.push_back(std::move(rows));
  files.push_back(std::move(meta));
  AUGURY_TRY_VOID(database.publish(std::move(files)));
  run.published = at;
  return {};
}

Result<void> live(const std::string& folder, const std::shared_ptr<io::FileSystem>& files, Life& run) {
  base::Random random(1);
  AUGURY_TRY(auto database, io::Database::open(options(folder, files)));
  AUGURY_TRY(auto journal, Journal::open(*database, kJournal));
  BlockWriter block;
  io::Batch with;
  for (int round = 0; round < 7; ++round) {
    size_t records = 1 + random.below(60);
    uint64_t first = journal->next();
    std::string text = std::to_string(first) + "/" + std::to_string(records);
    for (size_t i = 0; i < records; ++i) block.add(Record(PublicationRecord{Timestamp{}, text}));
    with.put(kNames, "name" + text, text);
    run.appended[first] = text;
    AUGURY_TRY_VOID(journal->append(block, with));
    if (round % 4 != 3) {
      AUGURY_TRY_VOID(journal->sync());
      run.synced = journal->newest();
    }
    if (round % 3 == 2) AUGURY_TRY_VOID(publish(*database, run, journal->newest()));
    if (round == 4) AUGURY_TRY_VOID(database->flush());
    if (round == 5) AUGURY_TRY_VOID(database->drop_range(kNames, "a", "b"));
  }
  AUGURY_TRY_VOID(journal->close());
  run.synced = journal->newest();
  return {};
}

void live_until_error(const std::string& folder, const std::shared_ptr<io::FileSystem>& files, Life& run) {
  if (auto lived = live(folder, files, run); !lived) run.stopped_by = lived.error().message;
}

// Everything promised is there, nothing is there half, nothing is there that was never appended.
void expect_kept(const std::string& folder, const Life& run) {
  auto healthy = FaultyFileSystem::over();
  auto database = io::Database::open(options(folder, healthy));
  ASSERT_TRUE(database) << database.error().message;
  auto journal = Journal::open(**database, kJournal);
  ASSERT_TRUE(journal) << journal.error().message;
  std::set<uint64_t> seen;
  auto walk = (*journal)->read(1);
  for (;;) {
    auto block = walk->next();
    ASSERT_TRUE(block) << block.error().message;
    if (!*block) break;
    auto known = run.appended.find((*block)->first());
    ASSERT_NE(known, run.appended.end()) << "block " << (*block)->first() << " was invented";
    seen.insert(known->first);
    EXPECT_EQ(std::to_string((*block)->first()) + "/" + std::to_string((*block)->count()), known->second);
    Record record;
    uint64_t sequence = 0, records = 0;
    for (; (*block)->next(record, sequence); ++records)
      EXPECT_EQ(std::get_if<PublicationRecord>(&record)->description, known->second);
    EXPECT_EQ(records, (*block)->count());
    auto name = (*database)->get(kNames, "name" + known->second);
    ASSERT_TRUE(name) << name.error().message;
    EXPECT_TRUE(name->has_value()) << "the block is there without its name";
  }
  for (const auto& [first, text] : run.appended)
    EXPECT_TRUE(first > run.synced || seen.contains(first)) << "block " << text << " was synced and is lost";
  uint64_t newest = seen.empty() ? 0 : *seen.rbegin();
  EXPECT_GE((*journal)->next(), newest + 1);

  auto checkpoint = (*database)->get(kMeta, "checkpoint");
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  uint64_t at = *checkpoint ? std::stoull(**checkpoint) : 0;
  EXPECT_GE(at, run.published);
  EXPECT_LE(at, run.publishing);
  int rows = 0;
  for (auto cursor = (*database)->scan(kRows); cursor.valid(); cursor.next(), ++rows)
    EXPECT_EQ(cursor.value(), std::to_string(at)) << "a checkpoint is there in part";
  EXPECT_EQ(rows, at == 0 ? 0 : 20);
}

TEST(JournalFaults, NoFailingCallMakesItCrashOrPromiseWhatIsNotThere) {
  int stopped = 0;
  for (auto fault : {Fault::Io, Fault::NoSpace, Fault::ShortWrite}) {
    for (uint64_t nth = 1;; ++nth) {
      SCOPED_TRACE("call " + std::to_string(nth) + " with fault " + std::to_string(static_cast<int>(fault)));
      auto folder = new_folder();
      auto disk = FaultyFileSystem::over();
      auto only = fault == Fault::Io ? std::nullopt : std::optional(FileCall::Write);  // Reading needs no space.
      disk->fail({.nth = nth, .fault = fault, .only = only});
      Life run;
      live_until_error(folder, disk, run);
      stopped += !run.stopped_by.empty();
      if (disk->faults() > 0) expect_kept(folder, run);
      fs::remove_all(folder);
      if (::testing::Test::HasFailure()) FAIL() << "stopped by: " << run.stopped_by;
      if (disk->faults() == 0) break;
    }
  }
  EXPECT_GT(stopped, 100) << "most failing calls are noticed";
}

TEST(JournalFaults, ADiskThatStaysBrokenStopsItWithAnError) {
  uint64_t calls = 0;
  {
    auto folder = new_folder();
    auto disk = FaultyFileSystem::over();
    Life run;
    live_until_error(folder, disk, run);
    EXPECT_EQ(run.stopped_by, "");
    calls = disk->calls();
    fs::remove_all(folder);
  }
  for (uint64_t nth = 1; nth < calls; nth += 11) {
    SCOPED_TRACE("from call " + std::to_string(nth));
    auto folder = new_folder();
    auto disk = FaultyFileSystem::over();
    disk->fail({.nth = nth, .fault = Fault::Io, .times = UINT64_MAX});
    Life run;
    live_until_error(folder, disk, run);
    expect_kept(folder, run);
    fs::remove_all(folder);
    if (::testing::Test::HasFailure()) FAIL() << "stopped by: " << run.stopped_by;
  }
}

TEST(JournalFaults, APowerCutTakesNothingThatWasSynced) {
  uint64_t seed = base::entropy();
  base::Random random(seed);
  auto whole = PowerCutFileSystem::over();
  {
    auto folder = new_folder();
    Life run;
    live_until_error(folder, whole, run);
    ASSERT_EQ(run.stopped_by, "");
    fs::remove_all(folder);
  }
  int lost_something = 0;
  for (int cut = 0; cut < 100; ++cut) {
    uint64_t nth = 1 + random.below(whole->changes());
    bool torn = random.chance(0.5);
    SCOPED_TRACE("seed " + std::to_string(seed) + ", cut " + std::to_string(cut) + " at change " + std::to_string(nth) +
                 (torn ? ", ends torn" : ""));
    auto folder = new_folder();
    auto disk = PowerCutFileSystem::over();
    disk->cut_at(nth);
    Life run;
    live_until_error(folder, disk, run);
    auto lost = disk->lose_unsynced(torn ? &random : nullptr);
    ASSERT_TRUE(lost) << lost.error().message;
    expect_kept(folder, run);
    lost_something += run.stopped_by != "";
    fs::remove_all(folder);
    if (::testing::Test::HasFailure()) FAIL() << "stopped by: " << run.stopped_by;
  }
  EXPECT_GT(lost_something, 50);
}

TEST(JournalFaults, GoesOnAfterAFullDiskWithNothingLostAndNothingTwice) {
  base::Random random(5);
  for (uint64_t nth = 1; nth <= 24; ++nth) {
    SCOPED_TRACE("write " + std::to_string(nth));
    auto folder = new_folder();
    auto disk = FaultyFileSystem::over();
    Life run;
    {
      auto database = io::Database::open(options(folder, disk));
      ASSERT_TRUE(database);
      auto journal = Journal::open(**database, kJournal);
      ASSERT_TRUE(journal);
      disk->fail({.nth = nth, .fault = Fault::ShortWrite, .only = FileCall::Write, .times = 1 + nth % 3});
      BlockWriter block;
      io::Batch with;
      for (int round = 0; round < 12; ++round) {
        uint64_t first = (*journal)->next();
        std::string text = std::to_string(first) + "/3";
        for (int i = 0; i < 3; ++i) block.add(Record(PublicationRecord{Timestamp{}, text}));
        with.put(kNames, "name" + text, text);
        run.appended[first] = text;
        for (int attempt = 0; attempt < 10; ++attempt) {
          if ((*journal)->append(block, with) && (*journal)->sync()) break;
          ASSERT_LT(attempt, 9);
          (void)(*database)->resume();
        }
        run.synced = (*journal)->newest();
      }
      ASSERT_EQ(run.synced, 36u);
    }
    expect_kept(folder, run);
    fs::remove_all(folder);
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace augury::journal
