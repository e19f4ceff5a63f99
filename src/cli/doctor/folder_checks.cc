#include "cli/doctor/folder_checks.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>

#include "wire/time_text.h"

namespace augury::cli::doctor {
namespace {

constexpr double kMost = 0.5;
constexpr uint64_t kReplayMax = 1'000'000;  // Records behind the checkpoint: about two seconds of a start.

bool most(uint64_t part, uint64_t whole) {
  return whole > 0 && static_cast<double>(part) > kMost * static_cast<double>(whole);
}

// The features that count events of this type.
std::string features_of(const definition::App& app, int event) {
  std::string names;
  for (const auto& feature : app.features) {
    const auto* what = feature.aggregation();
    if (!what || feature.hidden) continue;
    bool counts = std::ranges::find(what->events, event) != what->events.end() ||
                  std::ranges::find(what->denominator, event) != what->denominator.end();
    if (counts) names += (names.empty() ? "" : ", ") + feature.name;
  }
  return names;
}

void check_events(const definition::App& app, const FolderFacts& facts, Findings& findings) {
  if (facts.events_in_all == 0)
    return findings.add("there is no event yet", "send some (augury send, POST /v1/events) or augury import --events");
  for (size_t i = 0; i + 1 < app.events.size(); ++i) {
    const auto& declared = app.events[i];
    auto found = facts.events.find(declared.name);
    if (found == facts.events.end()) {
      auto features = features_of(app, static_cast<int>(i));
      auto which = features.empty() ? "" : "; it is counted by " + features;
      findings.add(fmt::format("the event '{}' never came, in {} events{}", declared.name, facts.events_in_all, which),
                   "send it, or take it out of the app file");
      continue;
    }
    for (const auto& field : declared.fields) {
      auto filled = found->second.fields.find(field.name);
      uint64_t missing = found->second.count - (filled == found->second.fields.end() ? 0 : filled->second);
      if (most(missing, found->second.count))
        findings.add(fmt::format("{}.{} is missing in {} events", declared.name, field.name,
                                 share_text(missing, found->second.count)),
                     "send it, or check how its column or member is called");
    }
  }
  if (most(facts.events_without_id, facts.events_in_all))
    findings.add(share_text(facts.events_without_id, facts.events_in_all) + " events have no event_id",
                 "give each one, so that an event sent twice counts once");
}

void check_times(const FolderFacts& facts, Timestamp now, Findings& findings) {
  if (facts.events_before_2000 > 0)
    findings.add(fmt::format("{} events are of before the year 2000, the first of {}", facts.events_before_2000,
                             wire::format_rfc3339(*facts.first_event)),
                 "check the unit of their timestamp; augury import takes --time s, ms, us or ns");
  if (facts.newest_event && now - *facts.newest_event > std::chrono::hours(24))
    findings.add(fmt::format("the newest event is of {}, {:.0f} days ago: windows shorter than that are empty",
                             wire::format_rfc3339(*facts.newest_event), seconds(now - *facts.newest_event) / 86400),
                 "send events as they happen; for a look at the past ask with a time of the past");
}

void check_entities(std::string_view what, const std::vector<definition::Attribute>& declared, const EntityFacts& facts,
                    Findings& findings) {
  if (declared.empty()) return;
  auto import = fmt::format("augury import --{}s FILE, or PUT /v1/{}s/ID", what, what);
  if (facts.known == 0) return findings.add(fmt::format("no {} has attributes yet", what), import);
  uint64_t unknown = facts.named - facts.named_and_known;
  if (facts.named > 0 && unknown * 10 > facts.named)
    findings.add(
        fmt::format("{} {}s that events name are not in the catalogue", share_text(unknown, facts.named), what),
        "check that both are called by the same ids; " + import);
  for (const auto& attribute : declared) {
    auto filled = facts.attributes.find(attribute.name);
    uint64_t missing = facts.known - (filled == facts.attributes.end() ? 0 : filled->second);
    if (most(missing, facts.known))
      findings.add(
          fmt::format("{}.{} is missing on {} {}s", what, attribute.name, share_text(missing, facts.known), what),
          import);
  }
}

void check_answers(const FolderFacts& facts, Findings& findings) {
  uint64_t all = 0, lower = 0;
  for (const auto& [level, count] : facts.answers) {
    all += count;
    if (level != Level::Primary) lower += count;
  }
  auto visitors = facts.fallback_reasons.find("NEW_VISITOR");
  if (visitors != facts.fallback_reasons.end()) lower -= std::min(lower, visitors->second);
  if (lower * 20 <= all) return;
  std::string reasons;
  for (const auto& [reason, count] : facts.fallback_reasons)
    if (reason != "NEW_VISITOR") reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", reason, count);
  findings.add(
      fmt::format("{} answers were below PRIMARY{}", share_text(lower, all), reasons.empty() ? "" : ", for " + reasons),
      "see docs/operations/ladder.md for what each reason means");
}

}  // namespace

void check_folder(const definition::App& app, const FolderFacts& facts, Timestamp now, Findings& findings) {
  check_events(app, facts, findings);
  check_times(facts, now, findings);
  check_entities("item", app.item_attributes, facts.items, findings);
  check_entities("user", app.user_attributes, facts.users, findings);
  check_answers(facts, findings);
  uint64_t behind = facts.newest > facts.checkpoint ? facts.newest - facts.checkpoint : 0;
  if (behind > kReplayMax)
    findings.add(fmt::format("the checkpoint is {} records behind: a start replays them first", behind),
                 "stop the server in order (SIGTERM), which writes one, or lower --checkpoint-events");
}

void check_disk(const std::string& folder, Findings& findings) {
  struct statvfs disk{};
  if (statvfs(folder.c_str(), &disk) != 0 || disk.f_blocks == 0) return;
  auto free = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize);
  auto share = static_cast<double>(disk.f_bavail) / static_cast<double>(disk.f_blocks);
  if (share < 0.05 || free < 1e9)
    findings.add(fmt::format("the disk of {} has {:.1f} GB left ({:.0f} %)", folder, free / 1e9, share * 100),
                 "make room: a full disk stops events, though not predictions");
}

}  // namespace augury::cli::doctor
