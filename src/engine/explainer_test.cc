#include "engine/explainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/testing/world.h"
#include "serve/prediction_id.h"

namespace augury::engine {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr const char* kShop = R"(app: shop
events:
  click: {keys: [user, item]}
features:
  item_clicks: count(click) by item
placements:
  home: {recall: [{popular: item_clicks, limit: 10}], score: {members: {item_clicks: 1}}, fallback: {static: [tent]}}
)";

// A second passes with every look at it.
class ImpatientClock : public base::MonotonicClock {
 public:
  base::MonotonicTime now() const override { return base::MonotonicTime{std::chrono::seconds{++looks_}}; }
  base::MonotonicTime after(int looks) const { return base::MonotonicTime{std::chrono::seconds{looks_ + looks}}; }

 private:
  mutable int looks_ = 0;
};

class AnExplainer : public testing::Test {
 protected:
  AnExplainer() : world(ingest::World::app_of(kShop)) {
    EXPECT_TRUE(world.open());
    publication = *world.ingest->publish(description);
    auto app = std::make_shared<const definition::App>(world.app);
    snapshot = *pipeline::Snapshot::build({app, world.plan, {}, publication});
    for (int i = 0; i < 40; ++i) click("tent");
  }

  void click(const std::string& item) {
    Event event;
    event.event = "click";
    event.user_id = "ann";
    event.item_id = item;
    world.sent({event});
    world.wall.advance(std::chrono::seconds{10});
  }
  ingest::Exposure exposure(double score) {
    ingest::Exposure made;
    made.prediction = serve::PredictionIds(1).next(world.wall.now());
    made.now = made.receipt = world.wall.now();
    made.position = world.store->applied().offset;
    made.snapshot = publication;
    made.placement = "home";
    made.user_id = "ann";
    made.members = {{"item_clicks", "", 1}};
    made.items = {{"tent", score, 1}};
    return made;
  }
  Result<Explanation> explain(const ingest::Exposure& made, ingest::TimeLimit limit) {
    world.ingest->record(made);
    ExplainerParts parts{.stored = world.app,
                         .stored_plan = *world.plan,
                         .store = *world.store,
                         .ingest = *world.ingest,
                         .snapshot = snapshot,
                         .description = description};
    return engine::explain(parts, serve::text_of(made.prediction), limit);
  }
  Explanation explain(const ingest::Exposure& made) {
    const auto& clock = base::system_monotonic_clock();
    auto why = explain(made, {clock, clock.now() + std::chrono::seconds{10}});
    EXPECT_TRUE(why) << why.error().message;
    return why ? *why : Explanation{};
  }

  ingest::World world;
  std::string description = "app shop\nfile 1\n";
  uint64_t publication = 0;
  std::shared_ptr<const pipeline::Snapshot> snapshot;
};

TEST_F(AnExplainer, IsExactWhenTheScoreComesOutTheSame) {
  auto made = exposure(40);
  click("tent");
  auto why = explain(made);
  EXPECT_TRUE(why.exact) << testing::PrintToString(why.doubts);
  EXPECT_EQ(why.values_as_of, ValuesAsOf::Answer);
}

TEST_F(AnExplainer, SaysSoWhenTheScoreComesOutDifferently) {
  auto why = explain(exposure(39.5));
  EXPECT_FALSE(why.exact);
  EXPECT_EQ(why.values_as_of, ValuesAsOf::Answer) << "the rows are still those that it saw";
  EXPECT_THAT(why.doubts, Contains(HasSubstr("1 of 1 scores come out differently")));
}

TEST_F(AnExplainer, ShowsTodaysValuesAndSaysSoWhenTheReplayTakesTooLong) {
  auto made = exposure(40);
  click("tent");
  ImpatientClock clock;
  auto why = explain(made, {clock, clock.after(25)});
  ASSERT_TRUE(why) << why.error().message;
  EXPECT_EQ(why->values_as_of, ValuesAsOf::Now);
  EXPECT_FALSE(why->exact);
  EXPECT_THAT(why->doubts, Contains(HasSubstr("values, sources and contributions are those of now")));
  EXPECT_EQ(*why->items.at(0).recomputed, 41);
}

TEST_F(AnExplainer, GivesUpWhenTheAnswerCannotBeFoundInTime) {
  ImpatientClock clock;
  auto why = explain(exposure(40), {clock, clock.after(2)});
  ASSERT_FALSE(why);
  EXPECT_EQ(why.error().code, Code::Deadline);
}

TEST_F(AnExplainer, DoubtsRowsThatWereSeenALittleLater) {
  auto made = exposure(40);
  made.newer = {{world.plan->views()[0].fingerprint, 1, made.position + 1}};
  auto why = explain(made);
  EXPECT_EQ(why.values_as_of, ValuesAsOf::Position);
  EXPECT_THAT(why.doubts, Contains(HasSubstr("1 rows changed while it was computed")));
}

TEST_F(AnExplainer, DoubtsWhatWentLiveUnderADescriptionThatIsGone) {
  auto made = exposure(40);
  made.snapshot = 3;
  EXPECT_THAT(explain(made).doubts, Contains(HasSubstr("what was live then is not known")));
}

TEST_F(AnExplainer, ComputesNothingForAFixedList) {
  auto made = exposure(0);
  made.level = Level::Static;
  made.members.clear();
  auto why = explain(made);
  EXPECT_FALSE(why.exact);
  EXPECT_THAT(why.doubts, Contains(HasSubstr("fixed list")));
  EXPECT_FALSE(why.items.at(0).recomputed);
}

}  // namespace
}  // namespace augury::engine
