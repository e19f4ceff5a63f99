#include "definition/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "wire/time_text.h"

namespace augury::definition {
namespace {

constexpr std::string_view kComplete = R"(app: shop

entities:
  item:
    attributes: {category: string, brand: string, price: number, tags: strings, in_stock: boolean, created_at: time}
  user:
    attributes: {country: string, segment: string}

events:                       # impression is logged by Augury itself, from its own answers (or: impressions: sent)
  view:     {keys: [user, item], fields: {dwell: number}}
  click:    {keys: [user, item]}
  cart:     {keys: [user, item]}
  purchase: {keys: [user, item], fields: {price: number, quantity: number}}

features:
  user_clicks_5m:    count(click) by user over 5m
  user_spend_30d:    sum(purchase.price) by user over 30d
  item_ctr_1h:       rate(click / impression) by item over 1h prior 0.02 weight 50
  item_ctr_1d:       rate(click / impression) by item over 1d prior 0.02 weight 50
  item_trend:        decayed_count(click) by item half_life 15m
  category_ctr_1d:   rate(click / impression) by item.category over 1d prior 0.02 weight 200
  user_recent:       last(50, click.item) by user
  user_categories:   top(10, click.item.category) by user over 7d
  pair_views_7d:     count(view) by user, item over 7d
  idle:              time_since(any) by user
  session_depth:     count(click, view) by session
  also_clicked:      together(100, click.item) by item half_life 7d     # item-to-item, learned from the stream
  hour:              hour_of_day(now)
  device:            code(context.device, [mobile, tablet, desktop])
  affinity:          share(user_categories, item.category)
  item_age_days:     days(now - item.created_at)

models:
  ranker: {file: models/ranker.txt}
  ncf:    {file: models/ncf.txt, inputs: [hour, affinity]}
  light:  {file: models/light.txt}

placements:
  home:
    deadline: 100ms
    recall:
      - {popular: item_trend, limit: 100}
      - {related: also_clicked, to: user_recent, limit: 200}
      - {recent: item.created_at, limit: 50}
    filter: item.in_stock and not done(purchase, 30d)
    score:
      members: {ranker: 0.5, ncf: 0.3, affinity: 0.2}      # models or features
      normalize: rank                                   # none | rank | minmax | zscore | sigmoid
      timeout: 80ms
    choose:
      count: 12
      diversity: {by: item.category, at_most: 3}
    fallback:
      simplified: {model: light}
      popular: {by: item_ctr_1d}
      static: [item_1, item_2, item_3]
    cache: {ttl: 1h, refresh_on: [click, cart, purchase]}

experiments:
  ranker_v3:
    placement: home
    unit: user
    enabled: true
    start: 2026-01-10T00:00:00Z
    end: 2026-02-10T00:00:00Z
    traffic: {control: 80%, treatment: 10%}
    variants:
      control: {}
      treatment: {models: {ranker: light}, weights: {ncf: 0.5}, count: 5}

impressions: sent
dedup: {window: 12h, entries: 1M}
log_candidates: 5%
session: {gap: 20m}
)";

std::vector<std::string> problems(const Parsed& parsed) {
  std::vector<std::string> out;
  for (const auto& problem : parsed.problems) out.push_back(problem.text());
  return out;
}

// What is asked `related` to may be what somebody met last, first or most often.
TEST(ParseApp, RelatedStartsFromAnyListOfItemsOfTheAsker) {
  for (std::string list :
       {"last(5, click.item) by user", "top(5, click.item) by user over 7d", "first(5, click.item) by session"}) {
    auto parsed = parse_app("app: shop\nevents: {click: [user, item]}\nfeatures:\n  mine: " + list +
                                "\n  also: together(9, click.item) by item half_life 7d\n"
                                "placements: {home: {recall: [{related: also, to: mine}]}}\n",
                            "shop.yaml");
    EXPECT_THAT(problems(parsed), testing::IsEmpty()) << list;
    EXPECT_EQ(parsed.app.placements[0].recall[0].to, 0);
  }
}

TEST(ParseApp, ReadsACompleteFile) {
  Parsed parsed = parse_app(kComplete, "shop.yaml");
  ASSERT_THAT(problems(parsed), testing::IsEmpty());
  EXPECT_THAT(parsed.notes, testing::IsEmpty());
  const App& app = parsed.app;
  EXPECT_EQ(app.name, "shop");
  EXPECT_EQ(app.events.size(), 5u);
  EXPECT_EQ(app.events[static_cast<size_t>(app.impression())].name, "impression");
  EXPECT_EQ(app.item_attributes[5].type, Type::Time);
  EXPECT_EQ(app.user_attribute("segment"), 1);
  EXPECT_EQ(app.feature("hour"), 12);
  EXPECT_EQ(app.features[12].source.line, 28);
  EXPECT_EQ(app.models[1].inputs, (std::vector<std::string>{"hour", "affinity"}));
  EXPECT_FALSE(app.impressions_served);
  EXPECT_EQ(app.dedup.window, std::chrono::hours(12));
  EXPECT_EQ(app.dedup.entries, 1'000'000u);
  EXPECT_EQ(app.log_candidates, 0.05);
  EXPECT_EQ(app.session_gap, std::chrono::minutes(20));
  EXPECT_EQ(app.placement("nowhere"), -1);
}

TEST(ParseApp, BindsEverythingAPlacementNames) {
  Parsed parsed = parse_app(kComplete, "shop.yaml");
  const App& app = parsed.app;
  const Placement& home = app.placements.at(0);
  EXPECT_EQ(home.recall.size(), 3u);
  EXPECT_EQ(home.recall[0].feature, app.feature("item_trend"));
  EXPECT_EQ(home.recall[1].to, app.feature("user_recent"));
  EXPECT_EQ(home.recall[1].limit, 200);
  EXPECT_EQ(home.recall[2].attribute, 5);
  EXPECT_EQ(home.members[2].kind, Member::Kind::Feature);
  EXPECT_EQ(home.members[2].index, app.feature("affinity"));
  EXPECT_EQ(home.members[1].weight, 0.3);
  EXPECT_EQ(home.normalize, Normalize::Rank);
  EXPECT_EQ(home.choose.count, 12);
  EXPECT_EQ(home.choose.diversity_attribute, 0);
  EXPECT_EQ(home.fallback.simplified_model, 2);
  EXPECT_EQ(home.fallback.popular_feature, app.feature("item_ctr_1d"));
  EXPECT_EQ(home.fallback.static_items.size(), 3u);
  EXPECT_EQ(home.cache.refresh_on, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(home.cache.ttl, std::chrono::hours(1));
  EXPECT_FALSE(home.default_ranking);
  int hidden = app.feature("count(purchase) by user, item over 30d");
  ASSERT_GE(hidden, 0) << "done(...) makes a feature of its own";
  EXPECT_TRUE(app.features[static_cast<size_t>(hidden)].hidden);
  EXPECT_EQ(home.filter->references()[1].index, hidden);
}

TEST(ParseApp, ReadsVectorsAndTheNearestToOne) {
  auto parsed = parse_app(
      "app: shop\nentities: {item: {attributes: {price: number}, vectors: {cover: 3, book: 64}}, "
      "user: {vectors: {taste: 64, usual: 64}}}\nevents: {click: [user, item]}\n"
      "features: {now_or_usual: taste or usual, match: \"dot(now_or_usual, book)\"}\n"
      "models: {m: {file: m.txt, inputs: [match, book]}}\n"
      "placements: {home: {recall: [{nearest: book, to: now_or_usual, limit: 7}, {nearest: cover, to: taste}]}}\n",
      "shop.yaml");
  ASSERT_EQ(parsed.problems.size(), 1u) << "cover has another dimension";
  const App& app = parsed.app;
  EXPECT_EQ(app.item_vector("book"), 1);
  EXPECT_EQ(app.user_vectors[1].dimension, 64);
  const auto& source = app.placements[0].recall[0];
  EXPECT_EQ(source.kind, RecallSource::Kind::Nearest);
  EXPECT_EQ(source.vector, 1);
  EXPECT_EQ(source.limit, 7);
  EXPECT_EQ(source.to, app.feature("now_or_usual"));
  const auto& stored = app.features[static_cast<size_t>(app.feature("book"))];
  EXPECT_TRUE(stored.stored);
  EXPECT_EQ(stored.dimension, 64);
  EXPECT_EQ(stored.expression()->references()[0].index, 2) << "behind the one attribute and the first vector";
}

TEST(ParseApp, ReadsExperiments) {
  Parsed parsed = parse_app(kComplete, "shop.yaml");
  const Experiment& trial = parsed.app.experiments.at(0);
  EXPECT_EQ(trial.placement, 0);
  EXPECT_EQ(trial.start, wire::parse_rfc3339("2026-01-10T00:00:00Z"));
  EXPECT_DOUBLE_EQ(trial.variants[0].share, 0.8);
  EXPECT_EQ(trial.variants[1].models.at("ranker"), "light");
  EXPECT_EQ(trial.variants[1].weights.at("ncf"), 0.5);
  EXPECT_EQ(trial.variants[1].count, 5);
}

TEST(ParseApp, AnExpressionComesAfterWhatItReads) {
  Parsed parsed = parse_app(
      "app: a\nevents: {click: [user, item]}\nfeatures: {c: b * 2, b: a + 1, a: count(click) by user}\n", "a.yaml");
  ASSERT_THAT(problems(parsed), testing::IsEmpty());
  EXPECT_LT(parsed.app.feature("a"), parsed.app.feature("b"));
  EXPECT_LT(parsed.app.feature("b"), parsed.app.feature("c"));
}

TEST(ParseApp, TheSmallestFileGetsTheDefaultRanking) {
  Parsed parsed = parse_app("app: shop\nevents: {click: [user, item]}\nplacements: {home: {}}\n", "shop.yaml");
  ASSERT_THAT(problems(parsed), testing::IsEmpty());
  const Placement& home = parsed.app.placements.at(0);
  EXPECT_TRUE(home.default_ranking);
  EXPECT_EQ(home.members.at(0).name, "default_score");
  EXPECT_EQ(home.fallback.popular_feature, parsed.app.feature("default_fresh_7d"));
  EXPECT_EQ(home.deadline, std::chrono::milliseconds(100));
  EXPECT_THAT(parsed.notes, testing::ElementsAre("placement 'home': ranked by default; `augury check --expand` writes "
                                                 "out its features, recall and score"));
}

TEST(ParseApp, ARecallWithoutAScoreRanksByItsPopularity) {
  Parsed parsed = parse_app(
      "app: shop\nevents: {click: [user, item]}\nfeatures: {hot: count(click) by item over 1d}\n"
      "placements: {home: {recall: [{popular: hot, limit: 7}], deadline: 50ms}}\n",
      "shop.yaml");
  ASSERT_THAT(problems(parsed), testing::IsEmpty());
  const Placement& home = parsed.app.placements.at(0);
  EXPECT_FALSE(home.default_ranking);
  EXPECT_EQ(home.members.at(0).name, "hot");
  EXPECT_EQ(home.fallback.popular_feature, 0);
  EXPECT_EQ(home.timeout, std::chrono::milliseconds(40)) << "a fifth of a short deadline stays for the lower rungs";
  EXPECT_EQ(parsed.notes.size(), 1u);
}

TEST(ParseApp, AScoreWithoutARecallStartsFromWhatIsPopular) {
  Parsed parsed = parse_app(
      "app: shop\nevents: {click: [user, item]}\nmodels: {m: {file: m.txt}}\n"
      "placements: {home: {score: {members: {m: 1}}}}\n",
      "shop.yaml");
  ASSERT_THAT(problems(parsed), testing::IsEmpty());
  EXPECT_EQ(parsed.app.placements.at(0).recall.at(0).limit, 100);
  EXPECT_THAT(parsed.notes, testing::ElementsAre(testing::HasSubstr("without `recall`, candidates are the 100 most")));
}

TEST(ParseApp, SurvivesRandomChangesToAGoodFile) {
  constexpr uint64_t kSeed = 31;
  SCOPED_TRACE(kSeed);
  base::Random random(kSeed);
  constexpr std::string_view kBytes = "ab01.,:-+*/()[]{}<>='\"#&!| \n%@_";
  for (int i = 0; i < 2000; ++i) {
    std::string text(kComplete);
    for (uint64_t n = 1 + random.below(4); n > 0; --n) {
      size_t at = random.below(text.size());
      switch (random.below(4)) {
        case 0:
          text[at] = kBytes[random.below(kBytes.size())];
          break;
        case 1:
          text.erase(at, random.below(12));
          break;
        case 2:
          text.insert(at, 1, kBytes[random.below(kBytes.size())]);
          break;
        default:
          text.insert(at, text.substr(random.below(text.size()), random.below(40)));
      }
    }
    Parsed parsed = parse_app(text, "shop.yaml");
    for (size_t p = 1; p < parsed.problems.size(); ++p) {
      auto place = [](const Problem& problem) { return std::pair(problem.source.line, problem.source.column); };
      ASSERT_LE(place(parsed.problems[p - 1]), place(parsed.problems[p])) << "in the file's order";
    }
  }
}

TEST(LoadApp, FoldsAllProblemsIntoOneError) {
  auto path = std::filesystem::temp_directory_path() / ("augury-app-" + std::to_string(::getpid()) + ".yaml");
  std::ofstream(path) << "app: shop\nevents: {click: [user, item]}\ncolour: 1\nfeatures: {f: nope}\n";
  auto app = load_app(path.string());
  ASSERT_FALSE(app);
  EXPECT_EQ(app.error().code, Code::Invalid);
  EXPECT_THAT(app.error().message, testing::HasSubstr(":3:1: unknown key 'colour'"));
  EXPECT_THAT(app.error().message, testing::HasSubstr("\n" + path.string() + ":4:15: unknown name 'nope'"));
  std::ofstream(path) << "app: shop\nevents: {click: [user, item]}\n";
  EXPECT_TRUE(load_app(path.string()));
  std::filesystem::remove(path);
  EXPECT_EQ(load_app(path.string()).error().code, Code::NotFound);
  EXPECT_EQ(load_app("/").error().code, Code::Unavailable);
}

}  // namespace
}  // namespace augury::definition
