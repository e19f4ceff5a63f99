#include "pipeline/question.h"

#include <gtest/gtest.h>

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // A request names what it means.

#include "pipeline/testing/shop.h"

namespace augury::pipeline {
namespace {

struct Fixture {
  Shop shop;
  std::shared_ptr<const Snapshot> snapshot;
  std::pmr::monotonic_buffer_resource arena;
  Fixture() {
    auto model = std::make_shared<FakeScorer>(std::vector<std::string>{"user_clicks"}, "v");
    snapshot = shop.snapshot({model, model, model});
  }
  Result<Question> read(PredictRequest request) {
    if (request.placement.empty()) request.placement = "home";
    return read_question(request, *snapshot, shop.store(), shop.now(), arena);
  }
};

TEST(Question, RefusesAPlacementThatIsNotThere) {
  Fixture f;
  auto q = f.read({.placement = "hme"});
  ASSERT_FALSE(q);
  EXPECT_EQ(q.error().code, Code::NotFound);
  EXPECT_EQ(q.error().message, "placement 'hme': no such placement; there is home, blend, bare");
}

TEST(Question, WantsToKnowWhichPlacementWhenThereAreSeveral) {
  Fixture f;
  auto q = read_question({}, *f.snapshot, f.shop.store(), f.shop.now(), f.arena);
  ASSERT_FALSE(q);
  EXPECT_EQ(q.error().code, Code::Invalid);
}

TEST(Question, RefusesCountsOutsideOneToAThousand) {
  Fixture f;
  EXPECT_FALSE(f.read({.count = 0}));
  EXPECT_FALSE(f.read({.count = 1'001}));
  EXPECT_TRUE(f.read({.count = 1'000}));
}

TEST(Question, RefusesTooManyCandidatesAndIdsThatAreNone) {
  Fixture f;
  std::vector<std::string_view> many(10'001, "x");
  EXPECT_FALSE(f.read({.candidates = many}));
  EXPECT_FALSE(f.read({.exclude = many}));
  std::string_view none[] = {""};
  EXPECT_FALSE(f.read({.candidates = none}));
  std::string longer(257, 'x');
  EXPECT_FALSE(f.read({.user_id = longer}));
  EXPECT_FALSE(f.read({.session_id = longer}));
}

TEST(Question, RefusesAMomentMoreThanFiveMinutesAhead) {
  Fixture f;
  EXPECT_TRUE(f.read({.now = f.shop.now() + std::chrono::minutes{5}}));
  auto q = f.read({.now = f.shop.now() + std::chrono::minutes{5} + Duration{1}});
  ASSERT_FALSE(q);
  EXPECT_EQ(q.error().code, Code::Invalid);
}

TEST(Question, AGuestIsTheUserOfTheirSession) {
  Fixture f;
  auto q = f.read({.session_id = "s-9"});
  ASSERT_TRUE(q);
  EXPECT_EQ(q->subject.user_id, "session:s-9");
}

TEST(Question, KeepsEachCandidateOnceInTheOrderOfTheRequest) {
  Fixture f;
  f.shop.item("known", {});
  std::string_view ids[] = {"new", "known", "new"};
  auto q = f.read({.user_id = "ann", .candidates = ids});
  ASSERT_TRUE(q);
  ASSERT_EQ(q->candidates.size(), 2u);
  EXPECT_EQ(q->candidates[0].id, "new");
  EXPECT_EQ(q->candidates[0].item, 0u);
  EXPECT_NE(q->candidates[1].item, 0u);
}

TEST(Question, ExcludesByNumberAndUnknownOnesByName) {
  Fixture f;
  uint32_t known = f.shop.item("known", {});
  std::string_view ids[] = {"known", "new"};
  auto q = f.read({.exclude = ids});
  ASSERT_TRUE(q);
  EXPECT_TRUE(q->excludes({.item = known, .id = "known"}));
  EXPECT_TRUE(q->excludes({.item = 0, .id = "new"}));
  EXPECT_FALSE(q->excludes({.item = 0, .id = "newer"}));
}

TEST(Question, OutlivesTheRequestsText) {
  Fixture f;
  auto name = std::make_unique<std::string>("a rather long value that is no short string");
  NamedValue context[] = {{"device", std::string_view(*name)}};
  auto q = f.read({.user_id = *name, .context = context});
  ASSERT_TRUE(q);
  *name = "gone";
  name.reset();
  EXPECT_EQ(q->subject.user_id, "a rather long value that is no short string");
  EXPECT_EQ(q->subject.context[0].value.text.bytes, "a rather long value that is no short string");
}

}  // namespace
}  // namespace augury::pipeline
