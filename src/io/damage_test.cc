// Damaged files: found, named, never served. Only a torn end of the log is cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "io/database.h"
#include "io/files.h"

namespace augury::io {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Damage : public ::testing::Test {
 protected:
  void TearDown() override { fs::remove_all(folder_); }
  Result<std::unique_ptr<Database>> open() const { return Database::open({folder_, {{"log", true}}, nullptr}); }

  // `blocks` values of 1000 bytes in the log (or in sorted files), then a stop.
  void fill(int blocks, bool sorted) {
    auto database = *open();
    for (int i = 0; i < blocks; ++i) {
      Batch batch;
      batch.put(0, key(i), value(i));
      ASSERT_TRUE(database->write(batch));
    }
    ASSERT_TRUE(database->sync());
    if (!sorted) return;
    ASSERT_TRUE(database->flush());
  }
  static std::string key(int i) { return std::to_string(100'000 + i); }
  static std::string value(int i) { return std::string(1000, static_cast<char>('a' + i % 26)); }

  std::string newest(const std::string& extension) const {
    std::string path;
    for (const auto& entry : fs::directory_iterator(folder_))
      if (entry.path().extension() == extension && entry.file_size() > 0) path = std::max(path, entry.path().string());
    return path;
  }
  void change(const std::string& path, auto edit) {
    auto bytes = read_file(path, 1u << 30).value_or("");
    edit(bytes);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  void expect_corrupt(const char* what) {
    auto database = open();
    ASSERT_FALSE(database) << what << " was not noticed";
    EXPECT_EQ(database.error().code, Code::Corrupt) << database.error().message;
    EXPECT_THAT(database.error().message, HasSubstr("repair")) << what;
  }
  // How many of the first keys are there, in a row and unharmed.
  static int whole(const Database& database) {
    int n = 0;
    for (auto cursor = database.scan(0); cursor.valid(); cursor.next(), ++n) {
      EXPECT_EQ(cursor.key(), key(n));
      EXPECT_EQ(cursor.value(), value(n));
    }
    return n;
  }

  std::string folder_ = ::testing::TempDir() + "/damage_" + std::to_string(base::entropy());
};

TEST_F(Damage, OfATornEndOfTheLogIsCutAndReported) {
  for (size_t cut : {1, 7, 500, 1010, 1023}) {
    fs::remove_all(folder_);
    fill(100, false);
    change(newest(".log"), [&](std::string& bytes) { bytes.resize(bytes.size() - cut); });
    auto database = open();
    ASSERT_TRUE(database) << database.error().message;
    EXPECT_EQ(whole(**database), 99) << "cut " << cut;
    EXPECT_GT((*database)->torn_bytes(), 0u);
  }
}

TEST_F(Damage, OfAnyByteInTheMiddleOfTheLogStopsTheStart) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  fill(100, false);
  const auto path = newest(".log");
  const auto good = *read_file(path, 1u << 30);
  for (int round = 0; round < 60; ++round) {
    size_t at = round < 20 ? good.size() - 1100 - random.below(30'000) : random.below(good.size() - 1100);
    change(path, [&](std::string& bytes) {
      bytes = good, bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
    });
    SCOPED_TRACE("byte " + std::to_string(at));
    expect_corrupt("a flipped bit");
  }
  std::ofstream(path, std::ios::binary | std::ios::trunc) << good;
  EXPECT_EQ(whole(**open()), 100);
}

TEST_F(Damage, OfAnyBitInAHeaderOfTheLogStopsTheStart) {
  fill(40, false);
  const auto path = newest(".log");
  const auto good = *read_file(path, 1u << 30);
  const size_t second = 7 + (static_cast<uint8_t>(good[4]) | static_cast<size_t>(static_cast<uint8_t>(good[5])) << 8);
  for (size_t bit = 0; bit < 7 * 8; ++bit) {
    change(path, [&](std::string& bytes) { bytes = good, bytes[second + bit / 8] ^= static_cast<char>(1 << bit % 8); });
    SCOPED_TRACE("bit " + std::to_string(bit));
    expect_corrupt("a flipped bit");
  }
}

TEST_F(Damage, OfAZeroedPartOfTheLogStopsTheStart) {
  fill(200, false);
  const auto path = newest(".log");
  const auto good = *read_file(path, 1u << 30);
  for (auto [at, size] : {std::pair<size_t, size_t>{32768, 32768}, {4096, 4096}, {65536, 65536}, {40'000, 10}}) {
    change(path, [&](std::string& bytes) { bytes = good, bytes.replace(at, size, size, '\0'); });
    SCOPED_TRACE("zeroes at " + std::to_string(at));
    expect_corrupt("a zeroed part");
  }
}

TEST_F(Damage, OfASortedFileIsFoundBeforeItIsServed) {
  fill(500, true);
  const auto path = newest(".sst");
  const auto good = *read_file(path, 1u << 30);
  uint64_t seed = base::entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  for (int round = 0; round < 60; ++round) {
    size_t at = random.below(good.size());
    change(path, [&](std::string& bytes) {
      bytes = good, bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
    });
    SCOPED_TRACE("byte " + std::to_string(at));
    auto database = open();
    if (!database) {
      EXPECT_EQ(database.error().code, Code::Corrupt) << database.error().message;
      continue;
    }
    int n = 0;
    auto cursor = (*database)->scan(0);
    for (; cursor.valid(); cursor.next(), ++n) ASSERT_TRUE(cursor.key() == key(n) && cursor.value() == value(n));
    if (n == 500) continue;  // A byte that no read depends on.
    ASSERT_FALSE(cursor.check());
    EXPECT_EQ(cursor.check().error().code, Code::Corrupt);
    EXPECT_THAT(cursor.check().error().message, HasSubstr("augury repair"));
  }
}

TEST_F(Damage, OfAShortenedOrLostFileStopsTheStart) {
  fill(500, true);
  auto path = newest(".sst");
  change(path, [](std::string& bytes) { bytes.resize(bytes.size() / 2); });
  expect_corrupt("a shortened sorted file");
  fs::remove(path);
  expect_corrupt("a lost sorted file");
}

TEST_F(Damage, OfTheListOfFilesStopsTheStartInsteadOfStartingEmpty) {
  fill(10, true);
  auto current = folder_ + "/CURRENT";
  auto name = *read_file(current, 100);
  fs::remove(current);
  expect_corrupt("a lost CURRENT");
  std::ofstream(current) << "MANIFEST-999999\n";
  expect_corrupt("a CURRENT that names nothing");
  std::ofstream(current, std::ios::trunc) << name;
  EXPECT_EQ(whole(**open()), 10);
  for (const auto& entry : fs::directory_iterator(folder_))
    if (entry.path().filename().string().starts_with("MANIFEST"))
      change(entry.path().string(), [](std::string& bytes) { bytes[bytes.size() / 2] ^= 16; });
  expect_corrupt("a damaged MANIFEST");
}

}  // namespace
}  // namespace augury::io
