#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/doctor/folder_checks.h"
#include "cli/doctor/server_checks.h"
#include "definition/parse.h"
#include "wire/time_text.h"

namespace augury::cli::doctor {
namespace {

using testing::HasSubstr;

const Timestamp kNow = *wire::parse_time("2026-03-01T12:00:00Z");

definition::App app() {
  return definition::parse_app(
             "app: shop\nentities: {item: {attributes: {price: number}}}\n"
             "events: {view: [user, item], cart: {keys: [user, item], fields: {count: number}}}\n"
             "features: {carts: count(cart) by user}\nplacements: {home: {}}\n",
             "shop.yaml")
      .app;
}

FolderFacts healthy() {
  FolderFacts facts;
  facts.events = {{"view", {.count = 90, .fields = {}}}, {"cart", {.count = 10, .fields = {{"count", 10}}}}};
  facts.events_in_all = 100;
  facts.first_event = kNow - std::chrono::hours(5);
  facts.newest_event = kNow;
  facts.items = {.known = 10, .named = 10, .named_and_known = 10, .attributes = {{"price", 9}}};
  facts.answers = {{Level::Primary, 100}, {Level::Popular, 3}};
  facts.fallback_reasons = {{"NEW_VISITOR", 3}};
  facts.newest = 1000;
  facts.checkpoint = 900;
  return facts;
}

std::string found(const FolderFacts& facts) {
  Findings findings;
  findings.about("shop");
  check_folder(app(), facts, kNow, findings);
  return findings.text();
}

TEST(Doctor, FindsNothingInAHealthyFolder) { EXPECT_EQ(found(healthy()), ""); }

TEST(Doctor, NamesAnEventThatNeverCameAndWhatCountsIt) {
  auto facts = healthy();
  facts.events.erase("cart");
  EXPECT_THAT(found(facts),
              HasSubstr("shop: the event 'cart' never came, in 100 events; it is counted by carts\n    -> "));
  EXPECT_THAT(found({}), HasSubstr("there is no event yet"));
}

TEST(Doctor, NamesFieldsAndAttributesThatAreMostlyMissing) {
  auto facts = healthy();
  facts.events["cart"].fields["count"] = 2;
  facts.items.attributes["price"] = 1;
  facts.items.named_and_known = 4;
  auto text = found(facts);
  EXPECT_THAT(text, HasSubstr("cart.count is missing in 8 of 10 (80 %) events"));
  EXPECT_THAT(text, HasSubstr("item.price is missing on 9 of 10 (90 %) items"));
  EXPECT_THAT(text, HasSubstr("6 of 10 (60 %) items that events name are not in the catalogue"));
}

TEST(Doctor, NamesOddTimesAndIds) {
  auto facts = healthy();
  facts.events_before_2000 = 3;
  facts.first_event = *wire::parse_time("1970-01-20T00:00:00Z");
  facts.newest_event = kNow - std::chrono::hours(72);
  facts.events_without_id = 100;
  auto text = found(facts);
  EXPECT_THAT(text, HasSubstr("3 events are of before the year 2000, the first of 1970-01-20"));
  EXPECT_THAT(text, HasSubstr("3 days ago"));
  EXPECT_THAT(text, HasSubstr("events have no event_id"));
}

TEST(Doctor, NamesFallbacksAndAStaleCheckpoint) {
  auto facts = healthy();
  facts.answers[Level::Static] = 50;
  facts.fallback_reasons["MODEL_UNAVAILABLE"] = 50;
  facts.newest = 5'000'000;
  auto text = found(facts);
  EXPECT_THAT(text, HasSubstr("50 of 153 (33 %) answers were below PRIMARY, for MODEL_UNAVAILABLE 50"));
  EXPECT_THAT(text, HasSubstr("the checkpoint is 4999100 records behind"));
}

TEST(Doctor, ReadsAServersStatus) {
  Findings findings;
  ASSERT_TRUE(check_status(
      R"({"apps":[{"app":"shop","ingest":{"open":false,"problem":"disk full","checkpoint_age_s":1200,"journaled":"9",)"
      R"("checkpointed":"5","accepted":10,"refused":10,"duplicates":90},"predictions":{"answered":100,"failed":1,)"
      R"("fallbacks":50},"breakers":[{"name":"ranker","state":"open","forced":true},{"name":"b","state":"closed"}]}]})",
      findings));
  auto text = findings.text();
  for (auto part :
       {"shop: no events are taken: disk full", "checkpoint is 20 minutes old", "10 of 20 (50 %) events were refused",
        "90 of 100 (90 %) events were counted before", "50 of 100 (50 %) answers fell back",
        "1 questions got no answer", "the breaker of ranker is open, by hand"})
    EXPECT_THAT(text, HasSubstr(part));
  EXPECT_EQ(findings.all().size(), 7u);
  EXPECT_FALSE(check_status("{}", findings));
}

TEST(Doctor, ComparesClocks) {
  Findings findings;
  check_clock("Sun, 01 Mar 2026 12:00:03 GMT", kNow, findings);
  EXPECT_TRUE(findings.all().empty()) << "the header has whole seconds, and travel takes time";
  check_clock("Sun, 01 Mar 2026 12:01:00 GMT", kNow, findings);
  EXPECT_THAT(findings.text(), HasSubstr("60 seconds ahead of"));
}

}  // namespace
}  // namespace augury::cli::doctor
