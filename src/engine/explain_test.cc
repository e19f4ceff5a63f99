#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "augury/engine.h"

namespace augury {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kShop = R"(app: shop
entities:
  item: {attributes: {category: string}}
events:
  click: {keys: [user, item]}
features:
  clicks: count(click) by user
  item_clicks: count(click) by item
  pair: count(click) by user, item
  recent: last(5, click.item) by user
  also: together(20, click.item) by item half_life 7d
  liking: item_clicks + pair
placements:
  home:
    recall: [{related: also, to: recent, limit: 20}, {popular: item_clicks, limit: 20}]
    score: {members: {liking: 1, item_clicks: 0.5}}
    fallback: {static: [tent]}
)";

class Explained : public testing::Test {
 protected:
  Explained() {
    fs::remove_all(folder);
    fs::create_directories(folder);
    write(kShop);
    open();
    for (auto item : {"tent", "lamp", "boat"}) click("bob", item);
    click("ann", "tent");
  }
  ~Explained() override {
    engine.reset();
    fs::remove_all(folder);
  }

  void write(const std::string& text) const { std::ofstream(folder / "shop.yaml") << text; }
  void open() {
    engine.reset();
    auto opened = Engine::open({.app_files = {folder / "shop.yaml"}, .data_folder = folder / "data", .list_every = {}});
    ASSERT_TRUE(opened) << opened.error().message;
    engine = std::move(*opened);
  }
  void click(std::string_view user, std::string_view item) {
    Event event{.event = "click", .user_id = user, .item_id = item};
    auto receipt = engine->ingest({}, {&event, 1});
    ASSERT_TRUE(receipt && receipt->refused.empty());
  }
  Prediction ask(std::string_view user, bool explain = true) {
    auto answer = engine->predict({.user_id = user, .explain = explain});
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? *answer : Prediction{};
  }
  Explanation why(const Prediction& answer) {
    auto why = engine->explain({}, answer.prediction_id);
    EXPECT_TRUE(why) << why.error().message;
    return why ? *why : Explanation{};
  }
  static double number(const NamedFeatures& features, std::string_view name) {
    for (const auto& [key, value] : features)
      if (key == name) return std::get<double>(value);
    ADD_FAILURE() << "no feature " << name;
    return 0;
  }

  fs::path folder = fs::temp_directory_path() / ("augury-explain-" + std::to_string(getpid()));
  std::unique_ptr<Engine> engine;
};

TEST_F(Explained, IsTheAnswerToTheBitTheMomentAfterItWasGiven) {
  for (bool explain : {true, false}) {
    auto answer = ask("ann", explain);
    auto why = this->why(answer);
    EXPECT_THAT(why.doubts, IsEmpty());
    EXPECT_TRUE(why.exact);
    EXPECT_EQ(why.values_as_of, ValuesAsOf::Answer);
    EXPECT_EQ(why.level, Level::Primary);
    EXPECT_EQ(why.user_id, "ann");
    EXPECT_EQ(why.explained, explain);
    EXPECT_EQ(why.candidates_kept, explain);
    EXPECT_EQ(why.candidates.size(), 3u);
    ASSERT_EQ(why.items.size(), answer.items.size());
    for (size_t i = 0; i < why.items.size(); ++i) {
      EXPECT_EQ(why.items[i].item_id, answer.items[i].item_id);
      EXPECT_EQ(*why.items[i].recomputed, answer.items[i].score);
    }
  }
}

TEST_F(Explained, HasTheSameReasonsAsTheAnswerItself) {
  auto answer = ask("ann");
  auto why = this->why(answer);
  for (size_t i = 0; i < why.items.size(); ++i) {
    ASSERT_EQ(why.items[i].reasons.size(), answer.items[i].reasons.size());
    for (size_t k = 0; k < why.items[i].reasons.size(); ++k) {
      EXPECT_EQ(why.items[i].reasons[k].source, answer.items[i].reasons[k].source);
      EXPECT_EQ(why.items[i].reasons[k].to, answer.items[i].reasons[k].to);
      EXPECT_EQ(why.items[i].reasons[k].feature, answer.items[i].reasons[k].feature);
      EXPECT_EQ(why.items[i].reasons[k].contribution, answer.items[i].reasons[k].contribution);
    }
  }
}

TEST_F(Explained, ShowsTheValuesOfThenAlsoAfterMoreHappenedAndARestart) {
  auto answer = ask("ann");
  for (int i = 0; i < 5; ++i) click("ann", "lamp");
  open();
  click("ann", "tent");
  auto why = this->why(answer);
  EXPECT_TRUE(why.exact) << testing::PrintToString(why.doubts);
  EXPECT_GT(why.records_replayed, 0u);
  for (const auto& item : why.items) {
    EXPECT_EQ(number(item.features, "pair"), item.item_id == "tent" ? 1 : 0) << item.item_id;
    EXPECT_EQ(number(item.features, "item_clicks"), item.item_id == "tent" ? 2 : 1) << item.item_id;
  }
}

TEST_F(Explained, DoubtsWhatCameFromTheCache) {
  ask("ann", false);
  auto again = ask("ann", false);
  ASSERT_TRUE(again.cache_hit);
  auto why = this->why(again);
  EXPECT_FALSE(why.exact);
  EXPECT_EQ(why.values_as_of, ValuesAsOf::Position);
  EXPECT_THAT(why.doubts, Contains(HasSubstr("computed earlier")));
}

TEST_F(Explained, DoubtsWhatTheAppFileSaysDifferentlyNow) {
  auto answer = ask("ann");
  std::string changed = kShop;
  write(changed.replace(changed.find("item_clicks: 0.5"), 16, "item_clicks: 0.7"));
  open();
  auto why = this->why(answer);
  EXPECT_FALSE(why.exact);
  EXPECT_EQ(why.values_as_of, ValuesAsOf::Position);
  EXPECT_THAT(why.doubts, Contains(HasSubstr("has changed since")));
  EXPECT_EQ(number(why.items.at(0).features, "item_clicks"), 2) << "the rows are still those of then";
}

TEST_F(Explained, SaysWhenThePlacementIsGone) {
  auto answer = ask("ann");
  std::string changed = kShop;
  write(changed.replace(changed.find("  home:"), 7, "  away:"));
  open();
  auto why = this->why(answer);
  EXPECT_EQ(why.values_as_of, ValuesAsOf::None);
  EXPECT_THAT(why.doubts, Contains(HasSubstr("no placement 'home'")));
  EXPECT_EQ(why.items.size(), answer.items.size()) << "what the journal remembers is there";
}

TEST_F(Explained, KnowsTheRungOfANewVisitor) {
  auto answer = ask("zed");
  auto why = this->why(answer);
  EXPECT_EQ(why.level, Level::Popular);
  EXPECT_EQ(why.fallback_reason, "NEW_VISITOR");
  EXPECT_EQ(why.items.at(0).reasons.at(0).source, "popular");
}

TEST_F(Explained, RefusesWhatIsNoIdAndWhatIsUnknown) {
  auto none = engine->explain({}, "hello");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Code::Invalid);
  auto answer = ask("ann");
  answer.prediction_id.back() = answer.prediction_id.back() == '0' ? '1' : '0';
  for (const auto& id :
       {answer.prediction_id, std::string("00000000000000000000000000"), std::string("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")}) {
    auto unknown = engine->explain({}, id);
    ASSERT_FALSE(unknown) << id;
    EXPECT_EQ(unknown.error().code, Code::NotFound);
    EXPECT_THAT(unknown.error().message, HasSubstr("check the id"));
  }
}

// ---- reload ----

class Reloaded : public Explained {
 protected:
  Reload reload() {
    auto done = engine->reload({});
    EXPECT_TRUE(done) << done.error().message;
    return done ? *done : Reload{};
  }
  static std::string changed(std::string_view from, std::string_view to) {
    std::string text = kShop;
    auto at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, from.size(), to);
  }
};

TEST_F(Reloaded, DoesNothingForTheSameFile) {
  auto before = engine->app({})->publication;
  EXPECT_EQ(reload().outcome, Reload::Outcome::Unchanged);
  EXPECT_EQ(engine->app({})->publication, before);
}

TEST_F(Reloaded, ServesAChangedPlacementAtOnce) {
  auto before = ask("ann", false);
  write(changed("item_clicks: 0.5", "item_clicks: -9"));
  auto done = reload();
  ASSERT_EQ(done.outcome, Reload::Outcome::Applied);
  auto after = ask("ann", false);
  EXPECT_FALSE(after.cache_hit) << "kept answers are of the old file";
  EXPECT_NE(after.items.at(0).item_id, before.items.at(0).item_id);
  auto app = engine->app({});
  EXPECT_EQ(app->publication, done.publication);
  EXPECT_THAT(app->text, HasSubstr("item_clicks: -9"));
  auto why = this->why(after);
  EXPECT_TRUE(why.exact) << testing::PrintToString(why.doubts);
  EXPECT_FALSE(this->why(before).exact);
}

// New expressions shift the numbers of features; lists are published under the old ones.
TEST_F(Reloaded, FindsItsListsUnderNewNumbers) {
  write(changed("features:\n", "features:\n  aaa: hour_of_day(now)\n  bbb: clicks * 2\n"));
  ASSERT_EQ(reload().outcome, Reload::Outcome::Applied);
  auto popular = ask("zed");
  EXPECT_EQ(popular.level, Level::Popular);
  EXPECT_EQ(popular.items.at(0).item_id, "tent");
  EXPECT_TRUE(why(ask("ann")).exact);
  click("ann", "boat");
  click("ann", "boat");
  EXPECT_EQ(ask("zed").items.at(0).item_id, "boat") << "and they go on";
}

TEST_F(Reloaded, KeepsTheOldFileAndSaysWhereTheNewOneIsWrong) {
  auto before = engine->app({});
  write(changed("    recall:", "    recal:"));
  auto done = reload();
  EXPECT_EQ(done.outcome, Reload::Outcome::Wrong);
  ASSERT_FALSE(done.problems.empty());
  EXPECT_THAT(done.problems[0].where, HasSubstr("shop.yaml:15:5"));
  EXPECT_THAT(done.problems[0].message, HasSubstr("recal"));
  fs::remove(folder / "shop.yaml");
  EXPECT_EQ(reload().outcome, Reload::Outcome::Wrong);
  EXPECT_EQ(engine->app({})->publication, before->publication);
  EXPECT_EQ(engine->app({})->text, kShop);
  EXPECT_EQ(ask("ann").level, Level::Primary);
}

// Each score says which file it was computed by: liking + weight * item_clicks, and nothing in between.
TEST_F(Reloaded, DropsNoAnswerAndMixesNoTwoFiles) {
  std::atomic<bool> stop = false;
  std::atomic<int> answered = 0;
  auto other = changed("item_clicks: 0.5", "item_clicks: 8");
  std::vector<std::jthread> askers;
  for (int i = 0; i < 2; ++i)
    askers.emplace_back([&] {
      while (!stop) {
        auto answer = engine->predict({.user_id = "ann", .explain = true});
        if (!answer) ADD_FAILURE() << answer.error().message;
        if (!answer) return;
        std::map<std::string, double> scores;
        for (const auto& item : answer->items) scores[item.item_id] = item.score;
        bool by_old = scores == std::map<std::string, double>{{"tent", 4}, {"lamp", 1.5}, {"boat", 1.5}};
        bool by_new = scores == std::map<std::string, double>{{"tent", 19}, {"lamp", 9}, {"boat", 9}};
        EXPECT_TRUE(by_old || by_new) << testing::PrintToString(scores);
        ++answered;
      }
    });
  for (int turn = 0; turn < 30; ++turn) {
    write(turn % 2 == 0 ? other : std::string(kShop));
    EXPECT_EQ(reload().outcome, Reload::Outcome::Applied);
    while (answered < turn && !HasFailure()) std::this_thread::yield();
  }
  stop = true;
}

TEST_F(Reloaded, LeavesWhatIsStoredToTheNextStart) {
  for (auto [from, to] : {std::pair{"  clicks:", "  clicks_1h: count(click) by user over 1h\n  clicks:"},
                          {"category: string", "category: string, price: number"},
                          {"events:\n", "events:\n  view: {keys: [user, item]}\n"},
                          {"app: shop", "app: shoe"},
                          {"popular: item_clicks", "popular: liking_of_all"}}) {
    auto text = changed(from, to);
    if (std::string_view(to).find("liking_of_all") != std::string_view::npos)
      text.insert(text.find("placements:"), "  liking_of_all: decayed_count(click) by item half_life 1d\n");
    write(text);
    auto done = reload();
    EXPECT_EQ(done.outcome, Reload::Outcome::NeedsRestart) << to;
    ASSERT_FALSE(done.problems.empty()) << to;
    EXPECT_THAT(done.problems[0].message, HasSubstr("restart to apply"));
  }
  EXPECT_EQ(engine->app({})->text, kShop);
}

}  // namespace
}  // namespace augury
