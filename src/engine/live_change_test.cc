#include "engine/live_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "definition/parse.h"

namespace augury::engine {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kShop = R"(app: shop
entities:
  item: {attributes: {category: string, made: time}, vectors: {taste: 2}}
  user: {vectors: {liking: 2}}
events:
  click: {keys: [user, item]}
features:
  clicks: count(click) by user
  seen: last(5, click.item) by user
  trend: decayed_count(click) by item half_life 1d
  ctr: rate(click / impression) by item over 1d prior 0.02 weight 50
placements:
  home: {recall: [{popular: trend, limit: 20}, {popular: ctr, limit: 5}], score: {members: {trend: 1}}}
)";

definition::App app_of(const std::string& text) {
  auto parsed = definition::parse_app(text, "shop.yaml");
  for (const auto& problem : parsed.problems) ADD_FAILURE() << problem.text();
  return std::move(parsed.app);
}

LiveChange change(std::string_view from, std::string_view to) {
  std::string text = kShop;
  text.replace(text.find(from), from.size(), to);
  auto before = app_of(kShop), after = app_of(text);
  return live_change(before, **feature::Plan::compile(before), after, **feature::Plan::compile(after));
}

TEST(LiveChange, LetsWhatOnlyReadsChange) {
  for (auto [from, to] :
       {std::pair{"trend: 1}", "trend: 2}"},
        {"home:", "away:"},
        {"limit: 20", "limit: 30"},
        {"  trend:", "  twice: clicks * 2\n  trend:"},
        {"prior 0.02 weight 50\nplacements:", "prior 0.02 weight 50\nlog_candidates: 0.5\nplacements:"}})
    EXPECT_THAT(change(from, to).needs_restart, IsEmpty()) << to;
}

TEST(LiveChange, FindsAListUnderTheNumberAndNameItHadBefore) {
  auto shifted = change("  trend:", "  twice: clicks * 2\n  trend:");
  auto after =
      app_of(std::string(kShop).replace(std::string(kShop).find("  trend:"), 8, "  twice: clicks * 2\n  trend:"));
  auto before = app_of(kShop);
  EXPECT_EQ(shifted.lists.at(static_cast<size_t>(after.feature("trend"))), before.feature("trend"));
  EXPECT_EQ(shifted.lists.at(static_cast<size_t>(after.feature("clicks"))), -1);
}

TEST(LiveChange, NamesWhatIsStoredOtherwise) {
  for (auto [from, to, why] :
       {std::tuple{"count(click) by user", "count(click) by user over 1h", "'user'"},
        {"half_life 1d", "half_life 2d", "'item'"},
        {"category: string", "category: number", "attributes"},
        {"[user, item]}", "[user, item], fields: {dwell: number}}", "event types"},
        {"taste: 2", "taste: 3", "vectors"},
        {"{popular: ctr, limit: 5}", "{nearest: taste, to: liking}", "no index of taste"},
        {"  trend:", "  like: similar(seen, item.category)\n  trend:", "no terms of item.category"},
        {"app: shop", "app: shoe", "called 'shoe'"},
        {"prior 0.02", "prior 0.5", "no list by 'ctr'"},
        {"{popular: ctr, limit: 5}", "{recent: item.made, limit: 5}", "item.made"},
        {"score: {", "filter: 'not done(click, 1d)', score: {", "aggregations"}})
    EXPECT_THAT(change(from, to).needs_restart,
                ElementsAre(testing::AllOf(HasSubstr(why), HasSubstr("restart to apply"))))
        << to;
}

}  // namespace
}  // namespace augury::engine
