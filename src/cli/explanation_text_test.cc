#include "cli/explanation_text.h"

#include <gtest/gtest.h>

namespace augury::cli {
namespace {

TEST(ExplanationText, ReadsTopDown) {
  EXPECT_EQ(explanation_text(R"({"prediction_id": "01JD", "placement": "home", "user_id": "ann", "now": "2026-01-05",
    "position": "12", "level": "PRIMARY", "cache_hit": false, "fallback_reason": null, "variant": null,
    "members": [{"name": "ranker", "version": "abc", "weight": 0.5}, {"name": "trend", "version": null, "weight": 1}],
    "exact": true, "doubts": [], "rules": ["filter  item.in_stock"], "features": {"clicks": 2, "idle": null},
    "predictions": [{"item_id": "tent", "rank": 1, "score": 0.5, "score_recomputed": 0.5,
      "reasons": [{"source": "related", "to": "lamp"}, {"feature": "trend", "contribution": 0.25}],
      "features": {"trend": 1.5, "near": [{"id": "boat", "weight": 2}]}}],
    "candidates_kept": true, "candidates": [{"item_id": "tent", "rank": 1}, {"item_id": "boat", "rank": null}]})"),
            "01JD  placement home  user ann  now 2026-01-05  position 12\n"
            "  level PRIMARY\n"
            "  0.5 x ranker@abc\n"
            "  1 x trend\n"
            "  computed again, every score the same to the bit\n"
            "  rule  filter  item.in_stock\n"
            "  clicks = 2\n"
            "  idle = missing\n"
            "    1  tent                          0.5\n"
            "        found by related lamp\n"
            "        +0.2500  trend\n"
            "        trend = 1.5\n"
            "        near = [boat 2]\n"
            "  2 candidates, 1 of them shown\n");
}

TEST(ExplanationText, SaysWhatIsNotSo) {
  auto text = explanation_text(R"({"exact": false, "values_as_of": "now", "doubts": ["the journal is gone"],
    "cache_hit": true, "fallback_reason": "NEW_VISITOR", "predictions": [{"item_id": "tent", "rank": 1, "score": 1,
    "score_recomputed": null}], "candidates": []})");
  for (const char* part : {"not exact; values as of: now", "because the journal is gone", "(from the cache)",
                           "reason NEW_VISITOR", "(computed again: -)", "0 candidates (found again"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

}  // namespace
}  // namespace augury::cli
