#include "augury/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace augury {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kShop =
    "app: shop\n"
    "entities:\n"
    "  item: {attributes: {category: string, price: number}}\n"
    "events:\n"
    "  click: {keys: [user, item]}\n"
    "features:\n"
    "  clicks: count(click) by user\n"
    "  trend: decayed_count(click) by item half_life 1d\n"
    "placements:\n"
    "  home:\n"
    "    recall: [{popular: trend, limit: 20}]\n"
    "    score: {members: {trend: 1}}\n";

class AnEngine : public testing::Test {
 protected:
  AnEngine() {
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  ~AnEngine() override {
    engine.reset();
    fs::remove_all(folder);
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name) << text;
    return folder / name;
  }
  Result<std::unique_ptr<Engine>> open(const std::vector<std::string>& apps) const {
    return Engine::open({.app_files = apps, .data_folder = folder / "data", .list_every = {}});
  }
  void open_shop() {
    auto opened = open({write("shop.yaml", kShop)});
    ASSERT_TRUE(opened) << opened.error().message;
    engine = std::move(*opened);
  }
  void click(std::string_view user, std::string_view item, std::string_view id = {}) {
    Event event{.event_id = id, .event = "click", .user_id = user, .item_id = item};
    auto receipt = engine->ingest({}, {&event, 1});
    ASSERT_TRUE(receipt) << receipt.error().message;
    ASSERT_TRUE(receipt->refused.empty()) << receipt->refused.front().message;
  }
  double clicks_of(std::string_view user) {
    std::string_view name = "clicks";
    auto table = engine->features({.user_ids = {&user, 1}, .feature_names = {&name, 1}});
    EXPECT_TRUE(table) << table.error().message;
    return table ? std::get<double>(table->cells.at(0).value) : -1;
  }

  fs::path folder = fs::temp_directory_path() / ("augury-engine-" + std::to_string(getpid()));
  std::unique_ptr<Engine> engine;
};

TEST_F(AnEngine, ShowsAnEventInTheNextAnswer) {
  open_shop();
  click("ann", "tent");
  EXPECT_EQ(clicks_of("ann"), 1);
  auto answer = engine->predict({.user_id = "ann"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->level, Level::Primary);
  EXPECT_GE(answer->position.offset, 1u);
}

TEST_F(AnEngine, CountsAnEventIdOnceAlsoAcrossARestart) {
  open_shop();
  click("ann", "tent", "e1");
  click("ann", "tent", "e1");
  engine.reset();
  open_shop();
  click("ann", "tent", "e1");
  EXPECT_EQ(clicks_of("ann"), 1);
}

TEST_F(AnEngine, RefusesASecondOneOnTheSameFolder) {
  open_shop();
  auto second = open({(folder / "shop.yaml").string()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::Conflict);
}

TEST_F(AnEngine, KnowsItsAppsByName) {
  auto other = std::string(kShop).replace(5, 4, "news");
  auto opened = open({write("shop.yaml", kShop), write("news.yaml", other)});
  ASSERT_TRUE(opened) << opened.error().message;
  engine = std::move(*opened);
  EXPECT_EQ(engine->predict({.user_id = "ann"}).error().code, Code::Invalid) << "which of the two?";
  auto missing = engine->predict({.app = "shoe", .user_id = "ann"});
  EXPECT_EQ(missing.error().code, Code::NotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("news, shop"));
  EXPECT_EQ(engine->status().apps.size(), 2u);
}

TEST_F(AnEngine, RefusesTwoAppsOfOneName) {
  auto opened = open({write("a.yaml", kShop), write("b.yaml", kShop)});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::Conflict);
}

TEST_F(AnEngine, SaysWhatIsWrongWithAnAppFile) {
  auto opened =
      open({write("bad.yaml", "app: shop\nevents: {click: [user, item]}\nplacements: {home: {recal: []}}\n")});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("bad.yaml:3:"));
  EXPECT_THAT(opened.error().message, HasSubstr("recall"));
  EXPECT_EQ(open({}).error().code, Code::Invalid);
}

TEST_F(AnEngine, NamesTheModelItCannotOpen) {
  auto opened = open({write("shop.yaml", std::string(kShop).replace(std::string(kShop).find("members: {trend: 1}"), 19,
                                                                    "members: {ranker: 1}") +
                                             "models:\n  ranker: {file: nowhere.txt}\n")});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("ranker"));
  EXPECT_THAT(opened.error().message, HasSubstr("nowhere.txt"));
}

TEST_F(AnEngine, PutsAndShowsItems) {
  open_shop();
  std::vector<NamedValue> attributes{{"category", std::string_view("tents")}, {"price", 12.5}};
  EntityUpdate put{.id = "tent", .attributes = attributes};
  ASSERT_TRUE(engine->update({}, {&put, 1}));
  auto entity = engine->entity({}, EntityKind::Item, "tent");
  ASSERT_TRUE(entity) << entity.error().message;
  EXPECT_EQ(entity->attributes.size(), 2u);
  EXPECT_EQ(std::get<std::string>(entity->attributes[0].second), "tents");
  EXPECT_EQ(engine->entity({}, EntityKind::Item, "lamp").error().code, Code::NotFound);
}

constexpr const char* kTastes =
    "app: shop\n"
    "entities:\n"
    "  item: {vectors: {book: 2}}\n"
    "  user: {vectors: {taste: 2}}\n"
    "events: {click: [user, item]}\n"
    "features: {match: \"dot(taste, book)\"}\n"
    "placements:\n"
    "  home:\n"
    "    recall: [{nearest: book, to: taste, limit: 20}]\n"
    "    score: {members: {match: 1}}\n"
    "    fallback: {static: [none]}\n";

TEST_F(AnEngine, KeepsVectorsAndFindsTheNearestAcrossARestart) {
  auto start = [&] {
    engine.reset();
    auto opened = open({write("shop.yaml", kTastes)});
    ASSERT_TRUE(opened) << opened.error().message;
    engine = std::move(*opened);
  };
  auto put = [&](EntityKind kind, std::string_view id, std::string_view name, std::vector<double> numbers) {
    NamedVector vector{name, numbers};
    EntityUpdate update{.kind = kind, .id = id, .vectors = {&vector, 1}};
    ASSERT_TRUE(engine->update({}, {&update, 1}));
  };
  auto best = [&] {
    auto answer = engine->predict({.user_id = "ann"});
    EXPECT_TRUE(answer && answer->level == Level::Primary);
    return answer && !answer->items.empty() ? answer->items[0].item_id : "";
  };
  start();
  put(EntityKind::Item, "tent", "book", {0.1, 1});
  put(EntityKind::Item, "lamp", "book", {1, 0});
  put(EntityKind::User, "ann", "taste", {0.2, 0.9});
  EXPECT_EQ(best(), "tent");
  EXPECT_GT(engine->status().apps.at(0).index_bytes, 0u);
  EXPECT_GT(engine->status().apps.at(0).catalog_bytes, 0u);
  start();
  EXPECT_EQ(best(), "tent");
  auto entity = engine->entity({}, EntityKind::Item, "tent");
  ASSERT_TRUE(entity) << entity.error().message;
  ASSERT_EQ(entity->vectors.size(), 1u);
  EXPECT_EQ(entity->vectors[0].second, (std::vector<float>{0.1f, 1}));
  EntityUpdate gone{.mode = UpdateMode::Delete, .id = "tent"};
  ASSERT_TRUE(engine->update({}, {&gone, 1}));
  start();
  EXPECT_EQ(best(), "lamp");
}

TEST_F(AnEngine, ListsItsBreakersWhenAskedForAnUnknownOne) {
  open_shop();
  auto set = engine->set_breaker({}, "nobody", Engine::BreakerMode::Open);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().code, Code::NotFound);
  EXPECT_THAT(set.error().message, HasSubstr("feature_store"));
}

TEST_F(AnEngine, CountsWhatItDid) {
  open_shop();
  click("ann", "tent");
  ASSERT_TRUE(engine->predict({.user_id = "ann"}));
  auto app = engine->status().apps.at(0);
  EXPECT_EQ(app.events_accepted, 1u);
  EXPECT_EQ(app.predictions, 1u);
  EXPECT_TRUE(app.ingest_open);
  EXPECT_THAT(engine->metrics(), HasSubstr("predictions_total{app=\"shop\",level=\"PRIMARY\"} 1"));
}

}  // namespace
}  // namespace augury
