#include "ingest/past.h"

#include <gtest/gtest.h>

#include <random>

#include "ingest/testing/world.h"

namespace augury::ingest {
namespace {

constexpr const char* kShop = R"(app: shop
entities:
  item: {attributes: {category: string}}
events:
  click: {keys: [user, item]}
features:
  clicks: count(click) by user
  item_clicks: count(click) by item over 1h
  category_clicks: count(click) by item.category over 1d
  shown: count(impression) by item
placements:
  home: {recall: [{popular: item_clicks, limit: 10}], score: {members: {item_clicks: 1}}}
)";

class Past : public testing::Test {
 protected:
  Past() : world(World::app_of(kShop)) { EXPECT_TRUE(world.open()); }

  TimeLimit limit(std::chrono::seconds time = std::chrono::seconds{10}) const {
    const auto& clock = base::system_monotonic_clock();
    return {clock, clock.now() + time};
  }
  void click(const std::string& user, const std::string& item) {
    Event event;
    event.event = "click";
    event.user_id = user;
    event.item_id = item;
    world.sent({event});
  }
  Exposure exposure(uint8_t last) {
    Exposure made;
    made.now = made.receipt = world.wall.now();
    auto ms = static_cast<uint64_t>(micros(made.receipt)) / 1000;
    for (size_t i = 0; i < 6; ++i) made.prediction[i] = static_cast<uint8_t>(ms >> (40 - 8 * i));
    made.prediction[15] = last;
    made.placement = "home";
    made.user_id = "ann";
    made.items = {{"i1", 1, 1}};
    return made;
  }

  World world;
};

TEST_F(Past, FindsAnAnswerTheMomentItWasRecorded) {
  for (uint8_t i = 1; i < 200; ++i) {
    auto made = exposure(i);
    world.ingest->record(made);
    auto found = world.ingest->find_answer(made.prediction, limit());
    ASSERT_TRUE(found) << int{i} << ": " << found.error().message;
    EXPECT_EQ(found->record.prediction, made.prediction);
  }
}

TEST_F(Past, FindsEveryAnswerOfALongTime) {
  std::vector<journal::PredictionId> ids;
  for (int i = 0; i < 400; ++i) {
    click("u" + std::to_string(i % 7), "i" + std::to_string(i % 5));
    world.wall.advance(std::chrono::seconds{i % 90});
    auto made = exposure(static_cast<uint8_t>(i));
    ids.push_back(made.prediction);
    world.ingest->record(made);
  }
  ASSERT_TRUE(world.close());
  ASSERT_TRUE(world.open());
  for (const auto& id : ids) {
    auto found = world.ingest->find_answer(id, limit());
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->record.prediction, id);
    auto other = id;
    other[9] ^= 1;
    EXPECT_EQ(world.ingest->find_answer(other, limit()).error().code, Code::NotFound);
  }
}

TEST_F(Past, GivesUpWhenTheTimeIsOver) {
  for (int i = 0; i < 20; ++i) click("ann", "i1");
  auto made = exposure(1);
  world.ingest->record(made);
  EXPECT_EQ(world.ingest->find_answer(made.prediction, limit(std::chrono::seconds{0})).error().code, Code::Deadline);
  store::Store past(world.app, Ingest::table_kinds(*world.plan));
  EXPECT_EQ(world.ingest->rebuild_at(10, world.wall.now(), limit(std::chrono::seconds{0}), past).error().code,
            Code::Deadline);
}

TEST_F(Past, ReadsTheDescriptionThatWentLive) {
  auto first = world.ingest->publish("models a@1");
  click("ann", "i1");
  ASSERT_TRUE(world.ingest->publish("models a@2"));
  EXPECT_EQ(*world.ingest->find_publication(*first), "models a@1");
  EXPECT_EQ(world.ingest->find_publication(*first + 1).error().code, Code::NotFound);
}

// The live rows at each position, kept as they were, against the same position brought back at the end.
TEST_F(Past, BringsBackEveryRowAsItWas) {
  unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  auto values = [&](const store::Store& store) {
    std::vector<double> all;
    base::Epochs::Pin pin(store.epochs());
    std::pmr::monotonic_buffer_resource arena;
    for (int feature = 0; feature < static_cast<int>(world.app.features.size()); ++feature)
      for (uint64_t key = 1; key < 12; ++key)
        all.push_back(world.plan->number(
            feature, store.rows(static_cast<uint32_t>(world.plan->view_of(feature))).read(key, arena).words,
            world.wall.now()));
    return all;
  };
  struct Moment {
    uint64_t position;
    Timestamp now;
    std::vector<double> values;
  };
  std::vector<Moment> moments;
  for (int i = 0; i < 120; ++i) {
    auto item = "i" + std::to_string(random() % 6);
    if (random() % 4 == 0) {
      std::string category = "c" + std::to_string(random() % 3);
      NamedValue named{"category", std::string_view(category)};
      world.updated({{EntityKind::Item, UpdateMode::Put, item, {&named, 1}}});
    } else if (random() % 4 == 0) {
      world.ingest->record(exposure(static_cast<uint8_t>(i)));
      world.settle();
      world.settle();
    } else {
      click("u" + std::to_string(random() % 6), item);
    }
    world.wall.advance(std::chrono::seconds{random() % 600});
    moments.push_back({world.store->applied().offset, world.wall.now(), values(*world.store)});
  }
  for (const auto& moment : moments) {
    store::Store past(world.app, Ingest::table_kinds(*world.plan));
    auto replayed = world.ingest->rebuild_at(moment.position, moment.now, limit(), past);
    ASSERT_TRUE(replayed) << replayed.error().message;
    world.wall.set(moment.now);
    auto brought_back = values(past);
    for (size_t i = 0; i < brought_back.size(); ++i)
      EXPECT_TRUE(brought_back[i] == moment.values[i] ||
                  (brought_back[i] != brought_back[i] && moment.values[i] != moment.values[i]))
          << "value " << i << " at " << moment.position;
    EXPECT_EQ(past.applied().offset, moment.position);
  }
}

}  // namespace
}  // namespace augury::ingest
