#include "journal/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "base/random.h"
#include "journal/testing/random_records.h"

namespace augury::journal {
namespace {

using ::testing::HasSubstr;
using testing::random_record;

class JournalTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "/journal_" + std::to_string(base::entropy());
    open();
  }
  void TearDown() override {
    journal_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    journal_.reset();
    database_.reset();
    auto database = io::Database::open({folder_, {{"journal", true}, {"names", false}}, nullptr});
    ASSERT_TRUE(database) << database.error().message;
    database_ = std::move(*database);
    auto journal = Journal::open(*database_, 0);
    ASSERT_TRUE(journal) << journal.error().message;
    journal_ = std::move(*journal);
  }
  uint64_t append(size_t records) {
    for (size_t i = 0; i < records; ++i) {
      Record record = random_record(random_);
      kept_.push_back(record);
      block_.add(record);
    }
    auto first = journal_->append(block_, with_);
    EXPECT_TRUE(first) << first.error().message;
    for (size_t i = 0; i < records; ++i) sequences_.push_back(*first + i);
    return *first;
  }
  std::vector<uint64_t> read_from(uint64_t from) {
    std::vector<uint64_t> seen;
    auto walk = journal_->read(from);
    for (;;) {
      auto block = walk->next();
      EXPECT_TRUE(block) << block.error().message;
      if (!block || !*block) return seen;
      Record record;
      uint64_t sequence = 0;
      while ((*block)->next(record, sequence)) {
        seen.push_back(sequence);
        auto at = std::ranges::find(sequences_, sequence) - sequences_.begin();
        EXPECT_TRUE(at < std::ssize(kept_) && kept_[static_cast<size_t>(at)] == record) << "record " << sequence;
      }
      EXPECT_TRUE((*block)->check());
    }
  }

  std::string folder_;
  std::unique_ptr<io::Database> database_;
  std::unique_ptr<Journal> journal_;
  base::Random random_{7};
  BlockWriter block_;
  io::Batch with_;
  std::vector<Record> kept_;
  std::vector<uint64_t> sequences_;
};

TEST_F(JournalTest, NumbersRecordsFromOneWithoutGaps) {
  EXPECT_EQ(journal_->next(), 1u);
  EXPECT_EQ(journal_->newest(), 0u);
  EXPECT_EQ(append(3), 1u);
  EXPECT_EQ(append(2), 4u);
  EXPECT_EQ(journal_->newest(), 5u);
  EXPECT_THAT(read_from(1), ::testing::ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(JournalTest, StartsAWalkAtTheBlockThatHoldsTheNumberOrAtTheNextOne) {
  append(3), append(3);
  EXPECT_THAT(read_from(2), ::testing::ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(read_from(4), ::testing::ElementsAre(4, 5, 6));
  EXPECT_THAT(read_from(6), ::testing::ElementsAre(4, 5, 6));
  EXPECT_THAT(read_from(7), ::testing::IsEmpty());
  EXPECT_THAT(read_from(0), ::testing::SizeIs(6));
}

TEST_F(JournalTest, WritesWhatBelongsToTheBlockWithIt) {
  with_.put(1, "ann", "1");
  append(1);
  EXPECT_TRUE(with_.empty());
  EXPECT_TRUE(block_.empty());
  EXPECT_EQ(**database_->get(1, "ann"), "1");
}

TEST_F(JournalTest, WritesWhatCameWithoutABlockToo) {
  with_.put(1, "ann", "1");
  EXPECT_EQ(*journal_->append(block_, with_), 1u);
  EXPECT_EQ(journal_->next(), 1u);
  EXPECT_EQ(**database_->get(1, "ann"), "1");
  EXPECT_THAT(read_from(1), ::testing::IsEmpty());
}

TEST_F(JournalTest, GoesOnWithTheNextNumberAfterACleanEnd) {
  append(3);
  ASSERT_TRUE(journal_->close());
  open();
  EXPECT_FALSE(journal_->was_unclean());
  EXPECT_EQ(journal_->newest(), 3u);
  EXPECT_EQ(append(2), 4u);
  ASSERT_TRUE(journal_->close());
  open();
  ASSERT_TRUE(journal_->close());
  open();
  EXPECT_EQ(append(1), 6u);
  EXPECT_THAT(read_from(1), ::testing::ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST_F(JournalTest, SkipsAheadAfterAnUncleanEndSoThatANumberNeverMeansTwoThings) {
  append(3);
  open();
  EXPECT_TRUE(journal_->was_unclean());
  EXPECT_EQ(journal_->newest(), 3u);
  EXPECT_GE(journal_->next(), 3u + (1u << 20)) << "numbers behind the last durable record may have been shown";
  uint64_t first = append(1);
  EXPECT_EQ(first % (1u << 20), 0u);
  EXPECT_THAT(read_from(2), ::testing::ElementsAre(1, 2, 3, first));
  EXPECT_THAT(read_from(4), ::testing::ElementsAre(first));
}

TEST_F(JournalTest, SkipsAheadEvenIfNothingOfTheLastRunIsLeft) {
  open();
  EXPECT_TRUE(journal_->was_unclean());
  uint64_t first = journal_->next();
  EXPECT_GE(first, 1u << 20);
  open();
  EXPECT_GE(journal_->next(), first + (1u << 20));
  append(1);
  ASSERT_TRUE(journal_->close());
  uint64_t next = journal_->next();
  open();
  EXPECT_EQ(journal_->next(), next);
}

TEST_F(JournalTest, NoticesABlockThatIsMissing) {
  append(2);
  uint64_t lost = append(5);
  append(2);
  io::Batch hole;
  std::string key(8, '\0');
  key[7] = static_cast<char>(lost);
  hole.erase(0, key);
  ASSERT_TRUE(database_->write(hole));
  auto walk = journal_->read(1);
  ASSERT_TRUE(walk->next());
  auto next = walk->next();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, Code::Corrupt);
  EXPECT_THAT(next.error().message, HasSubstr("records 3 to 7 are missing"));
}

TEST_F(JournalTest, RefusesADamagedMark) {
  append(1);
  ASSERT_TRUE(journal_->close());
  auto last = *database_->last(0);
  last->second[9] ^= 1;
  io::Batch damage;
  damage.put(0, last->first, last->second);
  ASSERT_TRUE(database_->write(damage));
  auto again = Journal::open(*database_, 0);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::Corrupt);
}

TEST_F(JournalTest, KeepsEveryRecordBitForBitAcrossReopens) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  random_ = base::Random(seed);
  for (int run = 0; run < 5; ++run) {
    for (int block = 0; block < 20; ++block) append(1 + random_.below(50));
    if (random_.chance(0.5)) {
      ASSERT_TRUE(journal_->close());
    }
    open();
    EXPECT_EQ(read_from(1).size(), kept_.size());
  }
}

TEST_F(JournalTest, MaySyncFromManyThreadsWhileOneAppends) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([this](std::stop_token stop) {
      while (!stop.stop_requested()) EXPECT_TRUE(journal_->sync());
    });
  for (int i = 0; i < 200; ++i) append(3);
  for (auto& t : threads) t.request_stop();
  threads.clear();
  EXPECT_EQ(read_from(1).size(), 600u);
}

}  // namespace
}  // namespace augury::journal
