#include "pipeline/explain.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace augury::pipeline {

namespace {

constexpr size_t kReasonsMax = 10;

bool is_vowel(char c) { return std::string_view("aeiou").find(c) != std::string_view::npos; }

// one short syllable: consonant, vowel, consonant: "tap" -> "tapped".
bool doubles_last(std::string_view verb) {
  size_t n = verb.size();
  return n == 3 && !is_vowel(verb[0]) && is_vowel(verb[1]) && !is_vowel(verb[2]) && verb[2] != 'w' && verb[2] != 'y';
}

void add_contributions(const MemberScores& m, size_t place, double part, const definition::App& app,
                       std::map<std::string, double>& sums) {
  if (!m.task) {
    sums[m.member->name] += part;
    return;
  }
  const auto& inputs = m.member->inputs;
  auto row = std::span<const float>(m.task->rows).subspan(place * inputs.size(), inputs.size());
  auto moved = m.task->scorer->contributions(row);
  if (!moved || moved->size() < inputs.size()) {  // No sum of its inputs: the model itself is the reason.
    sums[m.member->name] += part;
    return;
  }
  double total = 0;
  for (size_t j = 0; j < inputs.size(); ++j) total += std::abs((*moved)[j]);
  if (total == 0) return;
  for (size_t j = 0; j < inputs.size(); ++j)
    sums[app.features[static_cast<size_t>(inputs[j].feature)].name] += std::abs(part) * (*moved)[j] / total;
}

}  // namespace

std::string past_tense(std::string_view event) {
  static const std::map<std::string_view, std::string_view> irregular{
      {"buy", "bought"}, {"read", "read"}, {"see", "saw"},    {"send", "sent"},
      {"hear", "heard"}, {"get", "got"},   {"find", "found"}, {"cart", ""}};
  if (auto at = irregular.find(event); at != irregular.end()) return std::string(at->second);
  if (event.size() < 2 || !std::ranges::all_of(event, [](char c) { return c >= 'a' && c <= 'z'; })) return {};
  std::string verb(event);
  if (verb.ends_with("ed")) return verb;
  if (verb.back() == 'e') return verb + "d";
  if (verb.back() == 'y' && !is_vowel(verb[verb.size() - 2])) return verb.substr(0, verb.size() - 1) + "ied";
  if (doubles_last(verb)) return verb + verb.back() + "ed";
  return verb + "ed";
}

std::string in_words(const Cause& cause) {
  switch (cause.origin) {
    case Origin::Related: {
      std::string did = past_tense(cause.event);
      if (did.empty()) return "Because of " + std::string(cause.anchor);
      return "Because you " + did + " " + std::string(cause.anchor);
    }
    case Origin::Nearest:
      return "Close to your taste";
    case Origin::Own: {
      std::string did = past_tense(cause.event);
      return did.empty() ? "You know it" : "You " + did + " it before";
    }
    case Origin::Recent:
      return cause.group.empty() ? "New" : "New in " + std::string(cause.group);
    case Origin::Popular:
      return "Popular right now";
    case Origin::Request:
      return "Among the best of what was asked about";
    case Origin::Static:
      return "A standing suggestion";
  }
  return {};
}

std::vector<Reason> reasons(const Candidate& candidate, size_t place, std::string_view anchor,
                            std::span<const MemberScores> members, const Blend& blend, const definition::App& app) {
  std::vector<Reason> all;
  for (Origin origin : {Origin::Own, Origin::Related, Origin::Nearest, Origin::Recent, Origin::Popular, Origin::Request,
                        Origin::Static}) {
    if (!candidate.from(origin)) continue;
    Reason r{.source = std::string(to_string(origin)), .to = {}, .feature = {}, .contribution = 0};
    if (origin == Origin::Related) r.to = std::string(anchor);
    all.push_back(std::move(r));
  }
  std::map<std::string, double> sums;
  for (size_t m = 0; m < members.size(); ++m)
    if (members[m].answered) add_contributions(members[m], place, blend.parts[m][place], app, sums);
  std::vector<Reason> features;
  for (const auto& [feature, contribution] : sums)
    if (contribution != 0)
      features.push_back({.source = {}, .to = {}, .feature = feature, .contribution = contribution});
  std::ranges::stable_sort(features, std::ranges::greater{}, [](const Reason& r) { return std::abs(r.contribution); });
  if (features.size() > kReasonsMax) features.resize(kReasonsMax);
  std::ranges::move(features, std::back_inserter(all));
  return all;
}

}  // namespace augury::pipeline
