#include "pipeline/snapshot.h"

#include <gtest/gtest.h>

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"  // A request names what it means.

#include "definition/parse.h"
#include "pipeline/testing/shop.h"

namespace augury::pipeline {
namespace {

using Scorers = std::vector<std::shared_ptr<const model::Scorer>>;

std::shared_ptr<FakeScorer> scorer(std::vector<std::string> inputs, std::string version = "aaaaaaaaaaaa") {
  return std::make_shared<FakeScorer>(std::move(inputs), std::move(version));
}

Result<std::shared_ptr<const Snapshot>> build(const Scorers& scorers) {
  auto parsed = definition::parse_app(Shop::kText, "shop.yaml");
  auto app = std::make_shared<const definition::App>(std::move(parsed.app));
  return Snapshot::build({app, *feature::Plan::compile(*app), scorers, 1, nullptr});
}

std::string refusal(const Scorers& scorers) {
  auto built = build(scorers);
  EXPECT_FALSE(built);
  return built ? "" : built.error().message;
}

TEST(Snapshot, BindsEveryInputOfAModelToAFeature) {
  auto s =
      build({scorer({"cheapness", "user_clicks"}), scorer({"item_clicks"}, "bbbbbbbbbbbb"), scorer({"item_clicks"})});
  ASSERT_TRUE(s) << s.error().message;
  const auto& member = (*s)->placement(0).base.members[0];
  ASSERT_EQ(member.inputs.size(), 2u);
  EXPECT_EQ(member.inputs[0].feature, (*s)->app().feature("cheapness"));
  EXPECT_EQ(member.inputs[1].feature, (*s)->app().feature("user_clicks"));
  EXPECT_EQ((*s)->placement(0).base.model_version, "ranker@aaaaaaaaaaaa");
}

TEST(Snapshot, WantsAnOrderForAModelWhoseFileNamesNoInputs) {
  auto nameless = scorer({"x[0]", "x[1]"});
  nameless->set_foreign(false);
  auto says = refusal({nameless, scorer({"item_clicks"}), scorer({"item_clicks"})});
  EXPECT_NE(says.find("model 'ranker': the file does not name its 2 inputs; list the features in their order: inputs:"),
            std::string::npos)
      << says;
}

TEST(Snapshot, RefusesAnInputThatIsNoFeatureAndGuessesWhatWasMeant) {
  auto message = refusal({scorer({"user_click"}), scorer({}), scorer({})});
  EXPECT_EQ(message, "model 'ranker' wants input 'user_click': no such feature; did you mean 'user_clicks'?");
  EXPECT_EQ(refusal({scorer({"zebra_stripes_per_km"}), scorer({}), scorer({})}),
            "model 'ranker' wants input 'zebra_stripes_per_km': no such feature");
}

TEST(Snapshot, RefusesAListWhereAModelTakesNumbers) {
  auto message = refusal({scorer({"user_recent"}), scorer({}), scorer({})});
  EXPECT_NE(message.find("'user_recent': that feature is a"), std::string::npos) << message;
}

TEST(Snapshot, RefusesAnAbsoluteTimeWhereAModelTakesNumbers) {
  auto message = refusal({scorer({"user_since"}), scorer({}), scorer({})});
  EXPECT_EQ(message, "model 'ranker' wants input 'user_since': that feature is a time, a model takes numbers");
}

TEST(Snapshot, RefusesAModelThatIsNotLoadedOrAnswersSeveralScores) {
  EXPECT_EQ(refusal({nullptr, nullptr, nullptr}), "model 'ranker': not loaded");
  auto three = scorer({"user_clicks"});
  three->set_outputs(3);
  EXPECT_EQ(refusal({three, scorer({}), scorer({})}), "model 'ranker' answers 3 scores per row; ranking wants one");
}

TEST(Snapshot, GivesAVariantItsOwnModelAndCount) {
  auto s = build({scorer({"user_clicks"}), scorer({"item_clicks"}, "bbbbbbbbbbbb"), scorer({"item_clicks"})});
  ASSERT_TRUE(s);
  const auto& plan = (*s)->placement(0);
  const auto& treatment = plan.ranking(&(*s)->app().experiments[0].variants[1]);
  EXPECT_EQ(treatment.members[0].name, "other");
  EXPECT_EQ(treatment.count, 2);
  EXPECT_EQ(plan.ranking(nullptr).members[0].name, "ranker");
}

TEST(Snapshot, KnowsWhichEventsMakeAnAnswerStale) {
  auto s = build({scorer({"user_clicks"}), scorer({}), scorer({})});
  ASSERT_TRUE(s);
  const auto& app = (*s)->app();
  EXPECT_EQ((*s)->placement(0).refresh_on, (std::vector{app.event("click"), app.event("purchase")}));
}

TEST(Snapshot, SplitsColumnsByWhomTheyBelongTo) {
  auto s = build({scorer({"user_clicks", "item_clicks", "pair_clicks", "device", "cheapness", "everyone_clicks"}),
                  scorer({}), scorer({})});
  ASSERT_TRUE(s);
  auto names = [&](const std::vector<Step>& steps) {
    std::vector<std::string> all;
    for (const auto& step : steps) all.push_back((*s)->app().features[static_cast<size_t>(step.feature)].name);
    return all;
  };
  const auto& columns = (*s)->placement(0).base.columns;
  EXPECT_EQ(names(columns.shared), (std::vector<std::string>{"user_clicks", "everyone_clicks", "device"}));
  EXPECT_EQ(names(columns.own), (std::vector<std::string>{"item_clicks", "pair_clicks", "cheapness"}));
  EXPECT_EQ((*s)->placement(0).context_fields, (std::vector<std::string>{"device"}));
}

}  // namespace
}  // namespace augury::pipeline
