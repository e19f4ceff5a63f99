// Why an item is there, in plain words and in numbers, from what really put it there.
#pragma once

#include <string>
#include <vector>

#include "augury/prediction.h"
#include "pipeline/candidate.h"
#include "pipeline/score.h"
#include "pipeline/snapshot.h"

namespace augury::pipeline {

struct Cause {
  Origin origin = Origin::Popular;
  std::string_view anchor;  // Related: the item.
  std::string_view event;   // Related: what the user did to it, if only one event type can have put it there.
  std::string_view group;   // Recent: the value of the diversity attribute, if any.
};

// "Because you clicked item_17", "Because of item_17", "New in books", "Popular right now", ...
std::string in_words(const Cause& cause);
// "click" -> "clicked", "buy" -> "bought"; empty for what is no single lower-case English verb.
std::string past_tense(std::string_view event);

// The sources of a candidate first, then what moved its score, strongest first, at most ten. Contributions are in
// units of the blended score: a member's part is split among a model's inputs in proportion to what each moved its
// margin; for a member that is not normalised and a model without transform that is the exact split.
std::vector<Reason> reasons(const Candidate& candidate, size_t place, std::string_view anchor,
                            std::span<const MemberScores> members, const Blend& blend, const definition::App& app);

}  // namespace augury::pipeline
