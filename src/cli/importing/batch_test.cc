#include "cli/importing/batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "cli/importing/progress.h"
#include "wire/json_reader.h"

namespace augury::cli::importing {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Bad = std::vector<std::pair<uint64_t, std::string>>;

// Answers as the API does; items called `bad` are refused, and with them the whole call.
class FakeApi : public Target {
 public:
  std::set<std::string> bad;
  std::vector<Reply> first;  // Answered before anything else.
  size_t calls = 0;

  Result<Reply> call(std::string_view, std::string_view path, std::string_view body) override {
    ++calls;
    if (!first.empty()) {
      auto reply = first.back();
      first.pop_back();
      return reply;
    }
    wire::JsonReader reader;
    auto root = reader.read(body);
    EXPECT_TRUE(root) << body;
    std::string refused;
    size_t index = 0;
    for (auto one : root->elements()) {
      std::string id(*one.find("id")->text());
      if (bad.contains(id))
        refused += (refused.empty() ? "" : ",") + std::string("{\"index\":") + std::to_string(index) +
                   ",\"code\":\"NO\",\"message\":\"" + id + "\"}";
      ++index;
    }
    if (path.ends_with("/items") && !refused.empty())
      return Reply{400, "{\"error\":{\"code\":\"INVALID\",\"message\":\"no\"}}"};
    return Reply{200, "{\"accepted\":" + std::to_string(index) + ",\"duplicates\":0,\"refused\":[" + refused + "]}"};
  }
};

void add(Batch& batch, uint64_t number, const std::string& id) {
  batch.text() += "{\"id\":\"" + id + "\"}";
  batch.keep(number);
}

TEST(Batch, TellsWhichEventsWereRefused) {
  FakeApi api;
  api.bad = {"b"};
  Batch batch(api, "/v1/events", Kind::Events);
  add(batch, 10, "a");
  batch.text() += "half a record that turned out bad";
  add(batch, 12, "b");
  add(batch, 13, "c");
  Counts counts;
  Bad bad;
  ASSERT_TRUE(batch.send(counts, [&](uint64_t number, const std::string& why) { bad.emplace_back(number, why); }));
  EXPECT_THAT(bad, ElementsAre(std::pair(uint64_t{12}, std::string("NO: b"))));
  EXPECT_EQ(counts.bad, 1u);
  ASSERT_TRUE(batch.send(counts, {}));
  EXPECT_EQ(api.calls, 1u) << "an empty batch is not sent";
}

TEST(Batch, FindsTheBadItemsOfARefusedCall) {
  FakeApi api;
  api.bad = {"i3", "i90"};
  Batch batch(api, "/v1/items", Kind::Items);
  for (uint64_t i = 0; i < 100; ++i) add(batch, i, "i" + std::to_string(i));
  Counts counts;
  std::vector<uint64_t> bad;
  ASSERT_TRUE(batch.send(counts, [&](uint64_t number, const std::string&) { bad.push_back(number); }));
  EXPECT_THAT(bad, ElementsAre(3u, 90u));
  EXPECT_EQ(counts.accepted, 98u);
  EXPECT_LT(api.calls, 40u);
}

TEST(Batch, WaitsForAServerThatIsBusy) {
  FakeApi api;
  api.first = {{503, "{}"}};
  Batch batch(api, "/v1/events", Kind::Events);
  add(batch, 1, "a");
  Counts counts;
  ASSERT_TRUE(batch.send(counts, {}));
  EXPECT_EQ(counts.accepted, 1u);
  EXPECT_EQ(api.calls, 2u);
}

TEST(Batch, StopsWhenTheApiCannotTakeRecords) {
  for (auto kind : {Kind::Events, Kind::Items}) {
    FakeApi api;
    api.first = {{507, "{\"error\":{\"code\":\"DISK_FULL\",\"message\":\"the disk is full\"}}"}};
    Batch batch(api, "/v1/items", kind);
    add(batch, 1, "a");
    Counts counts;
    EXPECT_THAT(batch.send(counts, {}).error().message, HasSubstr("the disk is full"));
  }
}

struct ProgressFile : testing::Test {
  std::string file = testing::TempDir() + "progress_test.csv", path = testing::TempDir() + "progress_test/p.progress";
  void SetUp() override { std::filesystem::remove(path); }
  void write(const std::string& text) { std::ofstream(file) << text; }
};

TEST_F(ProgressFile, GoesOnInAFileThatGrew) {
  write("a,b\n");
  auto progress = *Progress::open(path, file, false);
  EXPECT_EQ(progress.counts().records, 0u);
  ASSERT_TRUE(progress.keep({.records = 5, .accepted = 3, .duplicates = 1, .bad = 1}));
  write("a,b\nc,d\n");
  auto again = *Progress::open(path, file, false);
  EXPECT_EQ(again.counts().records, 5u);
  EXPECT_EQ(again.counts().bad, 1u);
  EXPECT_EQ(Progress::open(path, file, true)->counts().records, 0u) << "--again";
}

TEST_F(ProgressFile, RefusesAFileThatChanged) {
  write("a,b\n");
  ASSERT_TRUE(Progress::open(path, file, false)->keep({.records = 5}));
  write("a,c\n");
  EXPECT_THAT(Progress::open(path, file, false).error().message, HasSubstr("has changed since"));
  std::ofstream(path) << "something else";
  EXPECT_THAT(Progress::open(path, file, false).error().message, HasSubstr("is not the progress of an import"));
}

}  // namespace
}  // namespace augury::cli::importing
