#include "pipeline/explain.h"

#include <gtest/gtest.h>

namespace augury::pipeline {
namespace {

TEST(Explain, SpeaksOfWhatTheUserDid) {
  EXPECT_EQ(in_words({Origin::Related, "item_17", "click", {}}), "Because you clicked item_17");
  EXPECT_EQ(in_words({Origin::Related, "item_17", "buy", {}}), "Because you bought item_17");
  EXPECT_EQ(in_words({Origin::Related, "item_17", {}, {}}), "Because of item_17");
  EXPECT_EQ(in_words({Origin::Related, "item_17", "add_to_cart", {}}), "Because of item_17");
}

TEST(Explain, NamesWhatIsNewAndWhatIsPopular) {
  EXPECT_EQ(in_words({Origin::Recent, {}, {}, "books"}), "New in books");
  EXPECT_EQ(in_words({Origin::Recent, {}, {}, {}}), "New");
  EXPECT_EQ(in_words({Origin::Popular, {}, {}, {}}), "Popular right now");
}

TEST(Explain, FormsThePastOfOrdinaryVerbs) {
  for (auto [now, then] : {std::pair{"click", "clicked"},
                           {"view", "viewed"},
                           {"purchase", "purchased"},
                           {"try", "tried"},
                           {"play", "played"},
                           {"tap", "tapped"},
                           {"read", "read"},
                           {"liked", "liked"}})
    EXPECT_EQ(past_tense(now), then);
  EXPECT_EQ(past_tense("Click"), "");
  EXPECT_EQ(past_tense("page2"), "");
}

}  // namespace
}  // namespace augury::pipeline
