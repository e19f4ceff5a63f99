#include "ingest/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "ingest/testing/world.h"

namespace augury::ingest {
namespace {

using namespace std::chrono_literals;
using definition::NameKind;

constexpr const char* kShop = R"(
app: shop
entities:
  item:
    attributes: {category: string, price: number, tags: strings, created_at: time}
    vectors: {cover: 2, embedding: 3}
  user: {attributes: {country: string}, vectors: {taste: 3}}
events:
  view: {keys: [user, item], fields: {dwell: number}}
  click: {keys: [user, item]}
features:
  user_clicks: count(click) by user over 1d
  item_clicks: count(click) by item
  item_shown: count(impression) by item
  dwell: sum(view.dwell) by user over 1d
  category_clicks: count(click) by item.category over 1d
  pair: count(click) by user, item over 1d
  trend: decayed_count(click) by item half_life 1h
placements:
  home:
    recall: [{popular: trend, limit: 10}, {recent: item.created_at, limit: 10}]
    score: {members: {trend: 1}}
)";

Event event(std::string_view type, std::string_view user, std::string_view item, std::string_view id = {}) {
  Event made;
  made.event = type;
  made.user_id = user;
  made.item_id = item;
  made.event_id = id;
  return made;
}

Event click(std::string_view user, std::string_view item, std::string_view id = {}) {
  return event("click", user, item, id);
}

EntityUpdate item(UpdateMode mode, std::string_view id, std::span<const NamedValue> attributes = {}) {
  return {EntityKind::Item, mode, id, attributes, {}};
}

class IngestTest : public testing::Test {
 protected:
  IngestTest() : world(World::app_of(kShop)) { EXPECT_TRUE(world.open().has_value()); }
  void reopen() {
    world.crash();
    auto opened = world.open();
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
  }
  World world;
};

TEST_F(IngestTest, ShowsAnEventToTheNextReadOnceItIsAcknowledged) {
  for (int i = 1; i <= 20; ++i) {
    auto receipt = world.send({click("ann", "book")});
    ASSERT_TRUE(receipt.has_value());
    EXPECT_EQ(receipt->accepted, 1u);
    EXPECT_EQ(receipt->position, world.store->applied());
    EXPECT_EQ(world.value("user_clicks", {"ann"}), i);
    EXPECT_EQ(world.value("pair", {"ann", "book"}), i);
  }
}

TEST_F(IngestTest, KeepsTheGoodEventsOfABatchAndNamesTheBadOnes) {
  auto receipt = world.send({click("ann", "book"), event("clik", "ann", "book"), click("ann", "pen")});
  ASSERT_TRUE(receipt.has_value());
  EXPECT_EQ(receipt->accepted, 2u);
  ASSERT_EQ(receipt->refused.size(), 1u);
  EXPECT_EQ(receipt->refused[0].index, 1u);
  EXPECT_EQ(receipt->refused[0].code, "UNKNOWN_EVENT");
  EXPECT_EQ(world.value("user_clicks", {"ann"}), 2);
  EXPECT_EQ(world.ingest->status().refused, 1u);
}

TEST_F(IngestTest, RefusesACallOfMoreThanTenThousand) {
  std::vector<Event> many(10'001, click("ann", "book"));
  auto receipt = world.send(many);
  ASSERT_FALSE(receipt.has_value());
  EXPECT_EQ(receipt.error().code, Code::Invalid);
}

TEST_F(IngestTest, CountsAnIdOnceInsideABatchAndAcrossBatches) {
  auto receipt = world.send({click("ann", "book", "e1"), click("ann", "book", "e1"), click("ann", "book", "e2")});
  EXPECT_EQ(receipt->accepted, 2u);
  EXPECT_EQ(receipt->duplicates, 1u);
  receipt = world.send({click("ann", "book", "e2")});
  EXPECT_EQ(receipt->accepted, 0u);
  EXPECT_EQ(receipt->duplicates, 1u);
  EXPECT_EQ(receipt->position, world.store->applied());
  EXPECT_EQ(world.value("user_clicks", {"ann"}), 2);
  EXPECT_EQ(world.ingest->status().accepted, 2u);
  EXPECT_EQ(world.ingest->status().duplicates, 2u);
}

TEST_F(IngestTest, CountsAnIdAgainAfterTheWindow) {
  world.sent({click("ann", "book", "e1")});
  world.wall.advance(26h);
  EXPECT_EQ(world.send({click("ann", "book", "e1")})->accepted, 1u);
}

TEST_F(IngestTest, RemembersIdsAcrossACrashWithAndWithoutACheckpoint) {
  world.sent({click("ann", "book", "e1")});
  ASSERT_TRUE(world.ingest->checkpoint().has_value());
  world.sent({click("ann", "book", "e2")});
  for (int i = 0; i < 3; ++i) {
    reopen();
    EXPECT_EQ(world.send({click("ann", "book", "e1"), click("ann", "book", "e2")})->duplicates, 2u);
    EXPECT_EQ(world.value("user_clicks", {"ann"}), 2);
  }
}

TEST_F(IngestTest, AnswersBothWhenAnIdIsSentAgainBeforeTheFirstIsDurable) {
  std::atomic<int> done = 0, accepted = 0, duplicates = 0;
  auto once = [&](Result<EventReceipt> receipt) {
    accepted += static_cast<int>(receipt->accepted);
    duplicates += static_cast<int>(receipt->duplicates);
    EXPECT_GE(world.store->applied(), receipt->position);
    EXPECT_EQ(world.value("user_clicks", {"ann"}), 1) << "the repeat is answered only when the event is visible";
    ++done;
  };
  Event once_more = click("ann", "book", "same");
  for (int i = 0; i < 50; ++i) world.ingest->submit({&once_more, 1}, Acknowledge::Sync, once);
  world.settle();
  EXPECT_EQ(done, 50);
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(duplicates, 49);
}

TEST_F(IngestTest, AcknowledgesAtOnceWithoutWaitingWhenAskedTo) {
  for (auto ack : {Acknowledge::Written, Acknowledge::None}) {
    auto receipt = world.send({click("bob", "book")}, ack);
    ASSERT_TRUE(receipt.has_value());
    EXPECT_EQ(receipt->accepted, 1u);
  }
  world.settle();
  EXPECT_EQ(world.value("user_clicks", {"bob"}), 2);
}

TEST_F(IngestTest, TakesFromManyThreadsAtOnce) {
  std::vector<std::thread> producers;
  for (int p = 0; p < 4; ++p) {
    producers.emplace_back([&, p] {
      for (int i = 0; i < 50; ++i) {
        std::string id = std::to_string(p) + "-" + std::to_string(i);
        auto ack = i % 3 == 0 ? Acknowledge::Written : Acknowledge::Sync;
        ASSERT_EQ(world.send({click("ann", "book", id)}, ack)->accepted, 1u);
      }
    });
  }
  for (auto& producer : producers) producer.join();
  EXPECT_EQ(world.value("user_clicks", {"ann"}), 200);
}

TEST_F(IngestTest, SplitsALargeCallIntoBlocksAndAnswersOnce) {
  std::string text(300, 'x');
  std::vector<NamedValue> context = {{"agent", std::string_view(text)}};
  std::vector<Event> many;
  for (int i = 0; i < 10'000; ++i) {
    many.push_back(click("ann", "book"));
    many.back().context = context;
  }
  EXPECT_EQ(world.send(many)->accepted, 10'000u);
  EXPECT_EQ(world.value("user_clicks", {"ann"}), 10'000);
}

TEST_F(IngestTest, PutsTheStateBackAfterACrash) {
  std::vector<NamedValue> book = {{"category", std::string_view("novel")}, {"price", 12.5}};
  world.updated({item(UpdateMode::Put, "book", book)});
  for (int i = 0; i < 100; ++i) {
    std::string user = "u" + std::to_string(i % 7), thing = i % 3 == 0 ? "book" : "i" + std::to_string(i % 5);
    NamedValue dwell{"dwell", i * 0.5};
    auto view = event("view", user, thing);
    view.fields = {&dwell, 1};
    world.sent({click(user, thing), view});
    if (i == 40 || i == 70) {
      ASSERT_TRUE(world.ingest->checkpoint().has_value());
    }
    world.wall.advance(7min);
  }
  uint64_t before = world.state_hash();
  auto applied = world.store->applied();
  double category = world.value("category_clicks", {"novel"});
  EXPECT_GT(category, 0);
  for (int i = 0; i < 2; ++i) {
    reopen();
    EXPECT_EQ(world.state_hash(), before);
    EXPECT_EQ(world.store->applied(), applied);
    EXPECT_EQ(world.value("category_clicks", {"novel"}), category);
    EXPECT_TRUE(world.store->has_history(world.number(NameKind::User, "u3")));
    EXPECT_EQ(world.ingest->status().replayed_at_start, 58u);
  }
  ASSERT_TRUE(world.close().has_value());
  ASSERT_TRUE(world.open().has_value());
  EXPECT_EQ(world.state_hash(), before);
  EXPECT_EQ(world.ingest->status().replayed_at_start, 0u) << "a clean end leaves nothing to replay";
}

TEST_F(IngestTest, BuildsANewFeatureFromTheWholeJournalAndLeavesTheOthersAlone) {
  std::vector<NamedValue> novel = {{"category", std::string_view("novel")}};
  std::vector<NamedValue> comic = {{"category", std::string_view("comic")}};
  world.updated({item(UpdateMode::Put, "book", novel)});
  for (int i = 0; i < 10; ++i) world.sent({click("ann", "book")});
  world.updated({item(UpdateMode::Put, "book", comic)});
  for (int i = 0; i < 5; ++i) world.sent({click("ann", "book")});
  ASSERT_TRUE(world.ingest->checkpoint().has_value());
  world.sent({click("ann", "book")});
  std::string more = kShop;
  more.insert(more.find("placements:"), "  category_all: count(click) by item.category\n");
  ASSERT_TRUE(world.reopen_as(World::app_of(more)).has_value());
  EXPECT_EQ(world.value("category_all", {"novel"}), 10) << "a click stays with the category of its day";
  EXPECT_EQ(world.value("category_all", {"comic"}), 6);
  EXPECT_EQ(world.value("user_clicks", {"ann"}), 16);
  uint64_t before = world.state_hash();
  ASSERT_TRUE(world.ingest->checkpoint().has_value());
  reopen();
  EXPECT_EQ(world.state_hash(), before);
}

TEST_F(IngestTest, KeepsTwoTogetherFeaturesThatDifferOnlyInTheirNorm) {
  std::string twins = kShop;
  twins.insert(twins.find("placements:"),
               "  near: together(5, click.item) by item half_life 1d norm 0.5\n"
               "  far: together(9, click.item) by item half_life 1d norm 0.25\n");
  ASSERT_TRUE(world.reopen_as(World::app_of(twins)).has_value());
  world.sent({click("ann", "book"), click("ann", "pen"), click("bob", "pen"), click("bob", "lamp")});
  uint64_t before = world.state_hash();
  auto kept = world.ingest->checkpoint();
  ASSERT_TRUE(kept.has_value()) << kept.error().message;
  reopen();
  EXPECT_EQ(world.ingest->status().replayed_at_start, 0u);
  EXPECT_EQ(world.state_hash(), before);
}

TEST_F(IngestTest, DoesNotReadRowsOfAPlanThatWentAwayAndCameBack) {
  world.sent({click("ann", "book")});
  ASSERT_TRUE(world.ingest->checkpoint().has_value());
  std::string less = kShop;
  size_t pair = less.find("  pair:");
  less.erase(pair, less.find("  trend:") - pair);
  ASSERT_TRUE(world.reopen_as(World::app_of(less)).has_value());
  world.sent({click("ann", "book")});
  ASSERT_TRUE(world.ingest->checkpoint().has_value());
  ASSERT_TRUE(world.reopen_as(World::app_of(kShop)).has_value());
  EXPECT_EQ(world.value("pair", {"ann", "book"}), 2);
}

TEST_F(IngestTest, PatchesOnTopOfWhatIsStillOnItsWay) {
  NamedValue novel{"category", std::string_view("novel")}, price{"price", 3.0}, none{"category", {}};
  std::vector<EntityUpdate> updates = {
      item(UpdateMode::Put, "book", {&novel, 1}),
      item(UpdateMode::Patch, "book", {&price, 1}),
  };
  ASSERT_TRUE(world.update(updates).has_value());
  uint32_t book = world.number(NameKind::Item, "book");
  auto values = world.store->items().attributes(book);
  EXPECT_EQ(values[0].text.bytes, "novel");
  EXPECT_EQ(values[1].number, 3.0);
  world.updated({item(UpdateMode::Patch, "book", {&none, 1})});
  values = world.store->items().attributes(book);
  EXPECT_TRUE(values[0].missing());
  EXPECT_EQ(values[1].number, 3.0);
  world.updated({item(UpdateMode::Put, "book", {&novel, 1})});
  EXPECT_TRUE(world.store->items().attributes(book)[1].missing()) << "put replaces the whole set";
  world.updated({item(UpdateMode::Delete, "book"), item(UpdateMode::Delete, "nobody")});
  EXPECT_FALSE(world.store->items().contains(book));
  ASSERT_TRUE(world.ingest->checkpoint().has_value());
  reopen();
  EXPECT_FALSE(world.store->items().contains(book));
}

TEST_F(IngestTest, KeepsVectorsThroughPatchesCrashesAndCheckpoints) {
  const std::vector<double> three = {0.1, -2, 1e9}, two = {5, 6}, taste = {1, 2, 3};
  const NamedValue price{"price", 2.0};
  const NamedVector embedding{"embedding", three}, cover{"cover", two}, no_cover{"cover", {}}, liked{"taste", taste};
  world.updated({{EntityKind::Item, UpdateMode::Put, "book", {&price, 1}, {&embedding, 1}},
                 {EntityKind::Item, UpdateMode::Patch, "book", {}, {&cover, 1}},
                 {EntityKind::User, UpdateMode::Put, "ann", {}, {&liked, 1}}});
  auto check = [&](bool has_cover) {
    auto values = world.store->items().attributes(world.number(NameKind::Item, "book"));
    ASSERT_EQ(values.size(), 6u);
    EXPECT_EQ(values[1].number, 2);
    EXPECT_THAT(values[5].vector, testing::ElementsAre(0.1f, -2.0f, 1e9f));
    EXPECT_EQ(values[4].missing(), !has_cover);
    if (has_cover) {
      EXPECT_THAT(values[4].vector, testing::ElementsAre(5.0f, 6.0f));
    }
    auto user = world.store->users().attributes(world.number(NameKind::User, "ann"));
    EXPECT_THAT(user[1].vector, testing::ElementsAre(1.0f, 2.0f, 3.0f));
  };
  check(true);
  reopen();
  check(true);
  ASSERT_TRUE(world.ingest->checkpoint().has_value());
  reopen();
  check(true);
  world.updated({{EntityKind::Item, UpdateMode::Patch, "book", {}, {&no_cover, 1}}});
  check(false);
  reopen();
  check(false);
  world.updated({item(UpdateMode::Put, "book")});
  EXPECT_TRUE(world.store->items().attributes(world.number(NameKind::Item, "book"))[5].missing()) << "put replaces all";
}

TEST_F(IngestTest, RefusesAVectorThatDoesNotFitByIndexAndReason) {
  auto refusal = [&](std::vector<double> numbers) {
    const NamedVector embedding{"embedding", numbers};
    auto result =
        world.update({item(UpdateMode::Put, "pen"), {EntityKind::Item, UpdateMode::Put, "book", {}, {&embedding, 1}}});
    return result ? std::string() : result.error().message;
  };
  EXPECT_EQ(refusal({1, 2}), "update 1: item 'book': vector 'embedding': found 2 numbers, expected 3 numbers");
  EXPECT_EQ(refusal({}), "update 1: item 'book': vector 'embedding': found 0 numbers, expected 3 numbers");
  EXPECT_EQ(refusal({1, 2, std::nan("")}),
            "update 1: item 'book': vector 'embedding': found the number nan at place 2, expected a number of at most "
            "1e9 either way");
  EXPECT_THAT(refusal({1, 1e300, 3}), testing::HasSubstr("1e+300 at place 1"));
  EXPECT_EQ(world.number(NameKind::Item, "pen"), 0u) << "nothing of the call was taken";
}

TEST_F(IngestTest, AVectorOfAnotherDimensionThanTodaysFileIsMissing) {
  const std::vector<double> three = {1, 2, 3};
  const NamedVector embedding{"embedding", three};
  world.updated({{EntityKind::Item, UpdateMode::Put, "book", {}, {&embedding, 1}}});
  std::string changed = kShop;
  changed.replace(changed.find("embedding: 3"), 12, "embedding: 4");
  ASSERT_TRUE(world.reopen_as(World::app_of(changed)).has_value());
  EXPECT_TRUE(world.store->items().attributes(world.number(NameKind::Item, "book"))[5].missing());
}

TEST_F(IngestTest, TakesAllUpdatesOfACallOrNone) {
  NamedValue bad{"price", std::string_view("cheap")};
  auto result = world.update({item(UpdateMode::Put, "pen"), item(UpdateMode::Put, "book", {&bad, 1})});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::Invalid);
  EXPECT_THAT(result.error().message, testing::HasSubstr("update 1"));
  EXPECT_THAT(result.error().message, testing::HasSubstr("found the text 'cheap'"));
  EXPECT_EQ(world.number(NameKind::Item, "pen"), 0u);
}

TEST_F(IngestTest, CountsWhatItShowedAsImpressions) {
  Exposure exposure;
  exposure.now = exposure.receipt = world.wall.now();
  exposure.placement = "home";
  exposure.user_id = "ann";
  exposure.items = {{"book", 1, 1}, {"pen", 0.5, 1}};
  exposure.context = {{"device", std::string("mobile")}};
  world.ingest->record(exposure);
  world.ingest->record(exposure);
  while (world.ingest->status().exposures < 2) std::this_thread::sleep_for(1ms);
  world.settle();
  EXPECT_EQ(world.value("item_shown", {"book"}), 2);
  EXPECT_EQ(world.value("item_shown", {"pen"}), 2);
  EXPECT_FALSE(world.store->has_history(world.number(NameKind::User, "ann"))) << "seeing is not acting";
  reopen();
  EXPECT_EQ(world.value("item_shown", {"pen"}), 2);
}

TEST_F(IngestTest, JournalsWhatGoesLiveAndSaysWhere) {
  auto first = world.ingest->publish("models a@1"), second = world.ingest->publish("models a@2");
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(*second, *first + 1);
}

TEST_F(IngestTest, RefusesEverythingAfterClose) {
  ASSERT_TRUE(world.ingest->close().has_value());
  auto receipt = world.send({click("ann", "book")});
  ASSERT_FALSE(receipt.has_value());
  EXPECT_EQ(receipt.error().code, Code::Unavailable);
}

TEST_F(IngestTest, KeepsItsPromiseToEverySubmitWhenItIsDropped) {
  std::atomic<int> answers = 0;
  Event once_more = click("ann", "book");
  for (int i = 0; i < 200; ++i)
    world.ingest->submit({&once_more, 1}, Acknowledge::Sync, [&](Result<EventReceipt>) { ++answers; });
  world.ingest.reset();
  EXPECT_EQ(answers, 200);
}

TEST_F(IngestTest, PublishesListsOfWhatIsPopularAndWhatIsNew) {
  NamedValue today{"created_at", 1'699'999'999.0}, yesterday{"created_at", 1'699'900'000.0};
  world.updated({item(UpdateMode::Put, "old", {&yesterday, 1}), item(UpdateMode::Put, "new", {&today, 1})});
  world.sent({click("ann", "b"), click("ann", "b"), click("ann", "a")});
  int trend = world.app.feature("trend"), created = world.app.item_attribute("created_at");
  auto names = [&](const std::shared_ptr<const store::RankedList>& list) {
    std::vector<std::string> all;
    if (list != nullptr)
      for (auto& item : list->items) all.emplace_back(world.store->dictionary().name(NameKind::Item, item.item));
    return all;
  };
  using Names = std::vector<std::string>;
  auto wait_for = [&](auto list, const Names& expected) {
    for (int i = 0; i < 300 && names(list()) != expected; ++i) std::this_thread::sleep_for(10ms);
    EXPECT_EQ(names(list()), expected);
  };
  auto popular = [&] { return world.store->list_by_feature(trend); };
  auto recent = [&] { return world.store->list_by_attribute(created); };
  wait_for(popular, {"b", "a"});
  wait_for(recent, {"new", "old"});
  EXPECT_DOUBLE_EQ(popular()->items[0].value, 2);
  world.updated({item(UpdateMode::Delete, "b"), item(UpdateMode::Delete, "new")});
  wait_for(popular, {"a"});
  wait_for(recent, {"old"});
  ASSERT_TRUE(world.ingest->checkpoint().has_value());
  uint64_t number = popular()->number;
  world.wall.advance(1s);
  reopen();
  EXPECT_EQ(names(popular()), (Names{"a"})) << "lists are there when open() returns";
  EXPECT_EQ(names(recent()), (Names{"old"}));
  world.sent({click("ann", "a")});
  for (int i = 0; i < 300 && popular()->number <= number; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_GT(popular()->number, number) << "numbers grow across restarts";
}

TEST_F(IngestTest, ReportsTheWindowInForce) {
  EXPECT_EQ(world.ingest->status().dedup_window, Duration(24h));
  world.sent({click("ann", "book", "e1")});
  EXPECT_EQ(world.ingest->status().dedup_entries, 1u);
}

}  // namespace
}  // namespace augury::ingest
