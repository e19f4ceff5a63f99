// The default ranking through a whole engine: what is written out is what runs, before and after a restart.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "augury/engine.h"
#include "base/random.h"
#include "definition/expand.h"

namespace augury {
namespace {

namespace fs = std::filesystem;

constexpr int kUsers = 12;
constexpr int kItems = 60;
constexpr const char* kShop =
    "app: shop\n"
    "entities: {item: {attributes: {tags: strings}}}\n"
    "events: {click: [user, item], buy: [user, item]}\n"
    "placements: {home: {filter: not done(any)}, again: {repeats: true}, basket: {repeats: buy}}\n";

class DefaultRanking : public testing::Test {
 protected:
  DefaultRanking() { fs::create_directories(folder_); }
  ~DefaultRanking() override { fs::remove_all(folder_); }

  std::unique_ptr<Engine> open(const std::string& name, const std::string& app) {
    auto file = folder_ / (name + ".yaml");
    std::ofstream(file) << app;
    auto engine = Engine::open({.app_files = {file}, .data_folder = folder_ / name, .list_every = {}});
    EXPECT_TRUE(engine) << engine.error().message;
    return engine ? std::move(*engine) : nullptr;
  }

  // The same life each time.
  void live(Engine& engine) {
    base::Random random(7);
    const std::string_view tags[] = {"red", "blue", "tent", "lamp", "boat"};
    for (int i = 0; i < kItems; ++i) {
      std::vector<std::string_view> some{tags[random.below(5)], tags[random.below(5)]};
      NamedValue attribute{"tags", std::span<const std::string_view>(some)};
      std::string id = "item" + std::to_string(i);
      EntityUpdate put{.id = id, .attributes = {&attribute, 1}};
      ASSERT_TRUE(engine.update({}, {&put, 1}));
    }
    Timestamp at = begin_;
    for (int i = 0; i < 900; ++i, at += std::chrono::minutes(random.below(200))) {
      std::string user = "user" + std::to_string(random.below(kUsers));
      std::string item = "item" + std::to_string(random.below(kItems) * random.below(kItems) / kItems);
      Event event{.event = random.below(3) == 0 ? "buy" : "click", .user_id = user, .item_id = item, .timestamp = at};
      auto receipt = engine.ingest({}, {&event, 1});
      ASSERT_TRUE(receipt && receipt->refused.empty());
    }
    end_ = at;
  }

  // Every user's answer at every placement, with scores to the bit.
  std::vector<std::pair<std::string, double>> answers(Engine& engine) {
    std::vector<std::pair<std::string, double>> all;
    for (std::string_view placement : {"home", "again", "basket"})
      for (int user = 0; user < kUsers; ++user) {
        auto id = "user" + std::to_string(user);
        auto answer = engine.predict({.user_id = id, .placement = placement, .now = end_});
        EXPECT_TRUE(answer) << answer.error().message;
        if (!answer) continue;
        EXPECT_EQ(answer->level, Level::Primary);
        for (const auto& item : answer->items) all.emplace_back(item.item_id, item.score);
      }
    return all;
  }

  fs::path folder_ = fs::temp_directory_path() / ("augury-default-ranking-" + std::to_string(getpid()));
  Timestamp begin_ = Timestamp(std::chrono::hours(24 * 365 * 50));
  Timestamp end_;
};

TEST_F(DefaultRanking, GivesTheSameAnswersWrittenOut) {
  auto written = definition::expand(kShop, "shop.yaml");
  ASSERT_TRUE(written) << written.error().message;
  ASSERT_NE(*written, kShop);
  auto silent = open("silent", kShop);
  auto spoken = open("spoken", *written);
  ASSERT_TRUE(silent && spoken);
  live(*silent);
  live(*spoken);
  auto expected = answers(*silent);
  EXPECT_GT(expected.size(), 3u * kUsers * 5);
  EXPECT_EQ(answers(*spoken), expected);
}

TEST_F(DefaultRanking, GivesTheSameAnswersAfterARestart) {
  auto engine = open("shop", kShop);
  ASSERT_TRUE(engine);
  live(*engine);
  auto expected = answers(*engine);
  engine.reset();
  engine = open("shop", kShop);
  ASSERT_TRUE(engine);
  EXPECT_EQ(answers(*engine), expected);
}

TEST_F(DefaultRanking, FollowsWhatWasJustTaken) {
  auto engine = open("shop", kShop);
  ASSERT_TRUE(engine);
  auto take = [&](std::string_view user, std::string_view item, int minute) {
    Event event{.event = "click", .user_id = user, .item_id = item, .timestamp = begin_ + std::chrono::minutes(minute)};
    ASSERT_TRUE(engine->ingest({}, {&event, 1}));
  };
  int minute = 0;
  for (const char* user : {"ann", "bob", "cid"})
    for (const char* item : {"tent", "lamp"}) take(user, item, ++minute);
  for (const char* user : {"dan", "eve", "fay", "gus"}) take(user, "boat", ++minute);
  take("zed", "tent", ++minute);
  auto answer = engine->predict({.user_id = "zed", .placement = "home", .now = begin_ + std::chrono::minutes(minute)});
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->items.size(), 2u) << "what zed has is not offered";
  EXPECT_EQ(answer->items[0].item_id, "lamp") << "the boat is more popular, but nobody took it with a tent";
}

}  // namespace
}  // namespace augury
