#include "definition/describe.h"

#include <gtest/gtest.h>

namespace augury::definition {
namespace {

TEST(Describe, SaysWhatTheSmallestFileMeans) {
  auto parsed = parse_app("app: shop\nevents: {click: [user, item]}\nplacements: {home: {}}\n", "shop.yaml");
  auto text = describe(parsed);
  EXPECT_TRUE(text.starts_with("app shop\nhidden features\n")) << text;
  for (auto line :
       {"  default_fresh_1d                             decayed_count, by item, half-life 1d\n",
        "  pull(default_met_taste, item, 10, 0.8)       pull, by user, item\n",
        "  home: deadline 100ms, members within 80ms, 10 items\n", "    recall  popular by default_fresh_7d (50)\n",
        "    recall  related by default_met_session to default_recent (50)\n",
        "    score   1 x feature default_score\n", "    else    popular by default_fresh_7d\n",
        "note: placement 'home': ranked by default; `augury check --expand` writes out its features, recall "
        "and score\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "is not in\n" << text;
}

TEST(Describe, ShowsKeyWindowAndConditionOfAFeature) {
  auto parsed = parse_app(
      "app: shop\nevents: {view: {keys: [user, item], fields: {dwell: number}}}\nfeatures:\n"
      "  long: count(view where view.dwell > 10) by user, item over 7d\n  double: 2 * long\n"
      "  most: top(3, view.item) by user over 7d\n  since: first_time(any) by user\n",
      "shop.yaml");
  ASSERT_TRUE(parsed.problems.empty());
  EXPECT_EQ(describe_feature(parsed.app, parsed.app.features[0]),
            "count, by user, item, over 7d in panes of 1h, where view.dwell > 10");
  EXPECT_EQ(describe_feature(parsed.app, parsed.app.features[2]), "top, by user, over 7d in panes of 6h");
  EXPECT_EQ(describe_feature(parsed.app, parsed.app.features[3]), "first_time, by user, since the beginning");
  EXPECT_EQ(describe_feature(parsed.app, parsed.app.features[1]), "expression, number: 2 * long");
}

TEST(Describe, ShowsVectorsAndWhoIsNearestToWhom) {
  auto parsed = parse_app(
      "app: shop\nentities: {item: {vectors: {book: 64}}, user: {vectors: {taste: 64}}}\n"
      "events: {click: [user, item]}\nfeatures: {match: \"dot(taste, book)\"}\n"
      "placements: {home: {recall: [{nearest: book, to: taste, limit: 20}], score: {members: {match: 1}}, "
      "fallback: {static: [a]}}}\n",
      "shop.yaml");
  ASSERT_TRUE(parsed.problems.empty());
  std::string text = describe(parsed);
  EXPECT_NE(text.find("vectors\n"
                      "  book   64 numbers of item, 256 bytes each\n"
                      "  taste  64 numbers of user, 256 bytes each\n"
                      "features\n"
                      "  match  expression, number: dot(taste, book)\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("    recall  nearest by book to taste (20), every item looked at\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace augury::definition
