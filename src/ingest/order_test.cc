// Order of arrival does not change the answer: the same events in twenty orders, cut into batches anywhere, with
// crashes and checkpoints between.
#include <gtest/gtest.h>

#include "base/random.h"
#include "ingest/testing/world.h"

namespace augury::ingest {
namespace {

constexpr const char* kOrderFree = R"(
app: shop
events:
  view: {keys: [user, item], fields: {dwell: number}}
  click: {keys: [user, item]}
features:
  clicks_1h: count(click) by user over 1h
  dwell_1d: sum(view.dwell) by user over 1d
  mean: avg(view.dwell) by item
  ctr: rate(click / view) by item over 1d prior 0.1 weight 5
  since: time_since(any) by user
  pair: count(click, view) by user, item over 6h
)";
constexpr int kUsers = 6, kItems = 5;

struct Told {
  std::string id, user, item;
  bool click;
  Timestamp at;
  double dwell;
};

std::vector<Told> random_story(base::Random& random, Timestamp now) {
  std::vector<Told> told;
  for (int i = 0; i < 300; ++i)
    told.push_back({"e" + std::to_string(i), "u" + std::to_string(random.below(kUsers)),
                    "i" + std::to_string(random.below(kItems)), random.chance(0.5),
                    now - std::chrono::seconds(random.below(100'000)),
                    static_cast<double>(random.below(100'000)) / 1000});
  return told;
}

void send(World& world, std::span<const Told> batch) {
  std::vector<Event> events;
  std::vector<NamedValue> dwells(batch.size());
  for (size_t i = 0; i < batch.size(); ++i) {
    dwells[i] = {"dwell", batch[i].dwell};
    Event event;
    event.event = batch[i].click ? "click" : "view";
    event.event_id = batch[i].id;
    event.user_id = batch[i].user;
    event.item_id = batch[i].item;
    event.timestamp = batch[i].at;
    if (!batch[i].click) event.fields = {&dwells[i], 1};
    events.push_back(event);
  }
  world.sent(events);
}

std::vector<double> all_values(World& world) {
  std::vector<double> values;
  for (int i = 0; i < kItems; ++i)
    for (auto* feature : {"mean", "ctr"}) values.push_back(world.value(feature, {"i" + std::to_string(i)}));
  for (int u = 0; u < kUsers; ++u) {
    std::string user = "u" + std::to_string(u);
    for (auto* feature : {"clicks_1h", "dwell_1d", "since"}) values.push_back(world.value(feature, {user}));
    for (int i = 0; i < kItems; ++i) values.push_back(world.value("pair", {user, "i" + std::to_string(i)}));
  }
  return values;
}

std::vector<double> values_after(std::span<const Told> order, base::Random& random, bool crashes) {
  World world(World::app_of(kOrderFree));
  EXPECT_TRUE(world.open().has_value());
  while (!order.empty()) {
    size_t size = std::min<size_t>(order.size(), 1 + random.below(60));
    send(world, order.first(size));
    order = order.subspan(size);
    if (crashes && random.chance(0.3)) {
      EXPECT_TRUE(world.ingest->checkpoint().has_value());
    }
    if (!crashes || random.chance(0.7)) continue;
    world.crash();
    EXPECT_TRUE(world.open().has_value());
  }
  return all_values(world);
}

TEST(IngestOrder, OrderOfArrivalChangesNoValue) {
  uint64_t seed = base::entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  auto told = random_story(random, base::ManualWallClock().now());
  auto expected = values_after(told, random, false);
  for (int permutation = 0; permutation < 20; ++permutation) {
    for (size_t i = told.size(); i > 1; --i) std::swap(told[i - 1], told[random.below(i)]);
    EXPECT_EQ(values_after(told, random, permutation % 2 == 1), expected) << "permutation " << permutation;
  }
}

}  // namespace
}  // namespace augury::ingest
