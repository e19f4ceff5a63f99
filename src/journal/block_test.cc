#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstring>

#include "base/random.h"
#include "journal/block_internal.h"
#include "journal/journal.h"
#include "journal/testing/random_records.h"

namespace augury::journal {
namespace {

using ::testing::HasSubstr;
using testing::random_event;
using testing::random_record;

std::string key_of(uint64_t first) {
  std::string key(8, '\0');
  for (int i = 0; i < 8; ++i) key[static_cast<size_t>(i)] = static_cast<char>(first >> (56 - 8 * i));
  return key;
}

std::string resealed(std::string value, uint64_t first) {
  uint64_t sum = checksum(value, first);
  std::memcpy(value.data(), &sum, sizeof sum);
  return value;
}

// Reads to the end; false if anything was refused.
bool read_all(uint64_t first, const std::string& value, std::vector<Record>* out = nullptr) {
  auto block = BlockReader::open(key_of(first), value);
  if (!block) return false;
  Record record;
  uint64_t sequence = 0, expected = first;
  while (block->next(record, sequence)) {
    EXPECT_EQ(sequence, expected++);
    if (out) out->push_back(record);
  }
  return block->check().has_value();
}

TEST(Block, GivesBackEveryKindOfRecordBitForBit) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  BlockWriter writer;
  for (int block = 0; block < 300; ++block) {
    std::vector<Record> in, out;
    for (size_t n = 1 + random.below(60); n > 0; --n) in.push_back(random_record(random));
    for (const auto& record : in) writer.add(record);
    EXPECT_EQ(writer.count(), in.size());
    uint64_t first = 1 + random.below(1u << 30);
    std::string value(writer.seal(first, first - 1));
    ASSERT_TRUE(read_all(first, value, &out));
    ASSERT_TRUE(in == out);
    writer.clear();
    EXPECT_TRUE(writer.empty());
  }
}

TEST(Block, KnowsWhatCameBeforeIt) {
  BlockWriter writer;
  writer.add(EventRecord{});
  std::string value(writer.seal(500, 17));
  auto block = BlockReader::open(key_of(500), value);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->before(), 17u);
  EXPECT_EQ(block->first(), 500u);
  EXPECT_EQ(block->count(), 1u);
}

TEST(Block, NoticesAnyFlippedBitAnyCutAndAWrongKey) {
  base::Random random(11);
  BlockWriter writer;
  for (int i = 0; i < 5; ++i) writer.add(random_record(random));
  const std::string value(writer.seal(9, 8));
  for (size_t bit = 0; bit < value.size() * 8; ++bit) {
    std::string damaged = value;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    auto block = BlockReader::open(key_of(9), damaged);
    ASSERT_FALSE(block) << "bit " << bit;
    ASSERT_EQ(block.error().code, Code::Corrupt);
  }
  for (size_t size = 0; size < value.size(); ++size) ASSERT_FALSE(read_all(9, value.substr(0, size)));
  EXPECT_FALSE(read_all(9, value + "x"));
  auto moved = BlockReader::open(key_of(10), value);
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error().message, HasSubstr("journal block 10: checksum differs"));
  EXPECT_FALSE(BlockReader::open("short", value));
  EXPECT_FALSE(BlockReader::open(key_of(0), value));
}

TEST(Block, SurvivesForgedBytesWithARightChecksum) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    BlockWriter writer;
    for (size_t n = 1 + random.below(4); n > 0; --n) writer.add(random_record(random));
    std::string value(writer.seal(9, 8));
    for (size_t n = 1 + random.below(6); n > 0; --n)
      value[kBlockHeader + random.below(value.size() - kBlockHeader)] = static_cast<char>(random());
    if (random.chance(0.2)) value.resize(kBlockHeader + random.below(value.size() - kBlockHeader));
    if (random.chance(0.1)) value[9 + random.below(12)] = static_cast<char>(random());
    refused += !read_all(9, resealed(value, 9));
  }
  EXPECT_GT(refused, 10'000);
}

TEST(Block, RefusesCountsThatTheBytesCannotHold) {
  BlockWriter writer;
  writer.add(EventRecord{});
  std::string value(writer.seal(9, 8));
  for (uint32_t count : {0u, 1000u, UINT32_MAX}) {
    std::memcpy(value.data() + 9, &count, sizeof count);
    auto block = BlockReader::open(key_of(9), resealed(value, 9));
    ASSERT_FALSE(block);
    EXPECT_THAT(block.error().message, HasSubstr("impossible count"));
  }
  uint32_t one = 1;
  uint64_t before = 9;
  std::memcpy(value.data() + 9, &one, sizeof one);
  std::memcpy(value.data() + 13, &before, sizeof before);
  auto block = BlockReader::open(key_of(9), resealed(value, 9));
  ASSERT_FALSE(block);
  EXPECT_THAT(block.error().message, HasSubstr("impossible sequence"));
}

TEST(Block, ReportsAMalformedRecordAndNamesIt) {
  BlockWriter writer;
  writer.add(EventRecord{});
  writer.add(EventRecord{});
  std::string value(writer.seal(9, 8));
  value[kBlockHeader + (value.size() - kBlockHeader) / 2] = 7;  // The tag of the second: no such kind.
  value = resealed(value, 9);
  auto block = BlockReader::open(key_of(9), value);
  ASSERT_TRUE(block);
  Record record;
  uint64_t sequence = 0;
  EXPECT_TRUE(block->next(record, sequence));
  EXPECT_FALSE(block->next(record, sequence));
  EXPECT_FALSE(block->next(record, sequence)) << "it stays refused";
  ASSERT_FALSE(block->check());
  EXPECT_THAT(block->check().error().message, HasSubstr("record 10 is malformed"));
}

TEST(Block, RefusesANewerVersionByItsNumber) {
  BlockWriter writer;
  writer.add(EventRecord{});
  std::string value(writer.seal(9, 8));
  value[8] = 3;
  auto block = BlockReader::open(key_of(9), resealed(value, 9));
  ASSERT_FALSE(block);
  EXPECT_EQ(block.error().code, Code::Invalid);
  EXPECT_THAT(block.error().message, HasSubstr("format version 3"));
}

TEST(Block, ReadsTheVersionBeforeThisOne) {
  BlockWriter writer;
  writer.add(EventRecord{.user = 17});
  std::string value(writer.seal(9, 8));
  value[8] = 1;
  auto bytes = resealed(value, 9);
  auto block = BlockReader::open(key_of(9), bytes);
  ASSERT_TRUE(block);
  Record record;
  uint64_t sequence = 0;
  ASSERT_TRUE(block->next(record, sequence));
  EXPECT_EQ(std::get<EventRecord>(record).user, 17u);
}

TEST(Block, KeepsVectorsToTheBitAndRefusesWhatIsNoNumber) {
  BlockWriter writer;
  EntityRecord item{.number = 3};
  item.attributes.push_back({TextNumber{1}, std::vector<float>{0.1f, -0.0f, 1e-40f, 1e9f}});
  writer.add(item);
  std::string value(writer.seal(9, 8));
  auto read = [](const std::string& bytes, Record& record) {
    uint64_t sequence = 0;
    return BlockReader::open(key_of(9), bytes)->next(record, sequence);
  };
  Record record;
  ASSERT_TRUE(read(value, record));
  EXPECT_EQ(std::get<EntityRecord>(record), item);
  EXPECT_TRUE(std::signbit(std::get<std::vector<float>>(std::get<EntityRecord>(record).attributes[0].value)[1]));
  value[value.size() - 1] = '\x7f';  // The last number becomes a NaN.
  value[value.size() - 2] = '\xff';
  EXPECT_FALSE(read(resealed(value, 9), record));
}

EventRecord typical(base::Random& random) {
  EventRecord e;
  e.receipt = from_micros(1'700'000'000'000'000);
  e.at = e.receipt - std::chrono::milliseconds{random.below(900)};
  e.fingerprint = random();
  e.type = {static_cast<uint32_t>(random.below(5))};
  e.user = static_cast<uint32_t>(random.below(1'000'000));
  e.item = static_cast<uint32_t>(random.below(100'000));
  e.fields = {{TextNumber{3}, 19.99}};
  return e;
}

TEST(Block, PacksATypicalEventIntoFewBytes) {
  base::Random random(5);
  BlockWriter writer;
  for (int i = 0; i < 500; ++i) writer.add(typical(random));
  EXPECT_LT(writer.bytes(), 500u * 40);
}

TEST(Block, PrintsItsCosts) {
  base::Random random(5);
  std::vector<EventRecord> events;
  for (int i = 0; i < 500; ++i) events.push_back(typical(random));
  BlockWriter writer;
  for (const auto& e : events) writer.add(e);
  constexpr int kRounds = 200;
  auto ns = [](auto start) {
    std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
    return spent.count() / (kRounds * 500);
  };
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) {
    writer.clear();
    for (const auto& e : events) writer.add(e);
  }
  double write_ns = ns(start);
  std::string value(writer.seal(9, 8));
  Record record;
  uint64_t sequence = 0, users = 0;
  start = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) {
    auto block = BlockReader::open(key_of(9), value);
    while (block->next(record, sequence)) users += std::get_if<EventRecord>(&record)->user;
  }
  std::printf("block: %.0f ns to write an event, %.0f ns to read it, %.1f bytes (checksum of users %llu)\n", write_ns,
              ns(start), static_cast<double>(value.size()) / 500, static_cast<unsigned long long>(users));
}

}  // namespace
}  // namespace augury::journal
