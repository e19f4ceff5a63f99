#include "definition/default_ranking.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "definition/expand.h"
#include "definition/parse.h"

namespace augury::definition {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string problems(const Parsed& parsed) {
  std::string all;
  for (const auto& problem : parsed.problems) all += problem.text() + "\n";
  return all;
}

Parsed parsed(const std::string& attributes, const std::string& placement = "{}", const std::string& features = "{}") {
  return parse_app("app: shop\nentities: {item: {attributes: {" + attributes +
                       "}}}\nevents: {click: [user, item], buy: [user, item]}\nfeatures: " + features +
                       "\nplacements: {home: " + placement + "}\n",
                   "shop.yaml");
}

std::string score_of(const App& app) {
  int score = app.feature("default_score");
  return score < 0 ? "" : app.features[static_cast<size_t>(score)].expression()->text();
}

TEST(DefaultRanking, IsThatOfAPlacementWithoutRecallAndScore) {
  auto made = parsed("");
  ASSERT_EQ(problems(made), "");
  const Placement& home = made.app.placements[0];
  EXPECT_TRUE(home.default_ranking);
  ASSERT_EQ(home.members.size(), 1u);
  EXPECT_EQ(home.members[0].name, "default_score");
  EXPECT_EQ(home.recall.size(), 6u);
  for (const auto& feature : made.app.features) EXPECT_TRUE(feature.hidden) << feature.name;
  EXPECT_THAT(score_of(made.app), Not(HasSubstr("default_likeness"))) << "nothing is known of an item";
}

TEST(DefaultRanking, ComparesByTagsElseByTexts) {
  EXPECT_GE(parsed("title: string, tags: strings").app.feature("similar(default_recent, item.tags)"), 0);
  EXPECT_EQ(parsed("title: string, tags: strings").app.feature("similar(default_recent, item.title)"), -1);
  EXPECT_GE(parsed("title: string, price: number").app.feature("similar(default_recent, item.title)"), 0);
}

TEST(DefaultRanking, IsMadeOnceForAllPlacements) {
  auto made = parse_app("app: shop\nevents: {click: [user, item]}\nplacements: {home: {}, cart: {}}\n", "shop.yaml");
  ASSERT_EQ(problems(made), "");
  EXPECT_EQ(made.app.placements[0].members[0].index, made.app.placements[1].members[0].index);
}

TEST(DefaultRanking, CountsRepeatsOnlyWhereAskedTo) {
  auto made = parsed("", "{repeats: buy}");
  ASSERT_EQ(problems(made), "");
  EXPECT_EQ(made.app.placements[0].members[0].name, "default_score_again_buy");
  EXPECT_EQ(made.app.placements[0].recall.back().kind, RecallSource::Kind::Own);
  EXPECT_EQ(parsed("").app.feature("default_again"), -1);
  EXPECT_EQ(problems(parsed("", "{repeats: maybe}")),
            "shop.yaml:5:30: repeats: found 'maybe', expected true, false, or the event whose repetition counts\n");
  EXPECT_THAT(problems(parsed("", "{repeats: true, recall: [{popular: hot}]}", "{hot: count(click) by item}")),
              HasSubstr("repeats: belongs to the default ranking"));
}

TEST(DefaultRanking, DoesNotTakeANameAwayFromTheUser) {
  EXPECT_EQ(problems(parsed("", "{}", "{default_recent: count(click) by user}")),
            "shop.yaml:4:12: feature 'default_recent' has the name of a part of the default ranking of placement "
            "'home'; rename it, or give the placement a recall and a score\n");
}

std::string file() {
  return "app: shop\nentities: {item: {attributes: {title: string, created_at: time}}}\nevents: {click: [user, item]}\n"
         "placements: {home: {filter: not done(any), choose: {count: 5}}, again: {repeats: true}, cart: {repeats: "
         "click}}\n";
}

TEST(Expand, WritesOutTheSameApp) {
  auto text = expand(file(), "shop.yaml");
  ASSERT_TRUE(text) << text.error().message;
  auto written = parse_app(*text, "expanded.yaml");
  ASSERT_EQ(problems(written), "") << *text;
  auto silent = parse_app(file(), "shop.yaml");
  ASSERT_EQ(problems(silent), "");
  EXPECT_THAT(written.notes, IsEmpty());
  EXPECT_EQ(written.app.features.size(), silent.app.features.size());
  for (const auto& feature : silent.app.features) EXPECT_GE(written.app.feature(feature.name), 0) << feature.name;
  for (size_t p = 0; p < 3; ++p) {
    const auto& a = silent.app.placements[p];
    const auto& b = written.app.placements[p];
    EXPECT_FALSE(b.default_ranking);
    ASSERT_EQ(a.recall.size(), b.recall.size());
    for (size_t i = 0; i < a.recall.size(); ++i) EXPECT_EQ(a.recall[i].kind, b.recall[i].kind);
    EXPECT_EQ(a.members[0].name, b.members[0].name);
    EXPECT_EQ(a.choose.count, b.choose.count);
    EXPECT_EQ(a.filter.has_value(), b.filter.has_value());
  }
}

TEST(Expand, LeavesAFileWithoutADefaultRankingAsItIs) {
  std::string text = "app: shop  # ours\nevents: {click: [user, item]}\n";
  EXPECT_EQ(*expand(text, "shop.yaml"), text);
}

}  // namespace
}  // namespace augury::definition
