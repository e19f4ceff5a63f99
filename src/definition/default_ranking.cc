#include "definition/default_ranking.h"

#include <fmt/format.h>

#include <vector>

namespace augury::definition {
namespace {

constexpr std::string_view kFeatures =
    R"(default_fresh_1d: decayed_count(any) by item half_life 1d
default_fresh_7d: decayed_count(any) by item half_life 7d
default_fresh_30d: decayed_count(any) by item half_life 30d
default_all_time: count(any) by item
default_first: first_time(any) by item
default_recent: last(30, any.item) by user
default_met_session: together(100, any.item) by item half_life 90d pair_half_life 6h history 20 decay 0.7
default_met_taste: together(100, any.item) by item half_life 7d history 20 decay 0.9 backward 0.3
default_met_long: together(100, any.item) by item half_life 180d pair_half_life 30d history 50 decay 0.95 norm 0.5
default_session: pull(default_met_session, item, 1, 0.8, 1h) or 0
default_taste: pull(default_met_taste, item, 10, 0.8) or 0
default_long: pull(default_met_long, item, 50, 0.95, 30d) or 0
)";

// Between two visits what was taken often is taken again; inside one it is what comes next that counts.
constexpr std::string_view kRepeats =
    R"(default_idle: time_since(any) by user
default_own{1}: top(200, {0}.item) by user
default_times{1}: count({0}) by user, item
default_since{1}: time_since({0}) by user, item
default_again{1}: if(default_idle < 30m, 0.5 * log1p(default_times{1}) + 0.3 * (log1p(days(default_since{1})) or 0), 3 * log1p(default_times{1})) or 0
default_score_again{1}: default_score + default_again{1}
)";

constexpr std::string_view kScore =
    "default_score: 0.5 * log(0.1 + default_fresh_1d) + 0.5 * log(0.1 + default_fresh_7d) - 0.3 * log(0.1 + "
    "default_fresh_30d) + 2 * log(0.001 + default_session) + 0.5 * log(0.001 + default_taste) + 0.5 * log(0.001 + "
    "default_long) - 0.3 * log1p(default_age_days)";

constexpr std::string_view kRecall =
    R"(recall:
  - {popular: default_fresh_7d, limit: 50}
  - {popular: default_fresh_1d, limit: 50}
  - {popular: default_fresh_30d, limit: 50}
  - {related: default_met_session, to: default_recent, limit: 50}
  - {related: default_met_taste, to: default_recent, limit: 50}
  - {related: default_met_long, to: default_recent, limit: 50}
)";

// An item is as old as its catalogue entry says, else as its first event.
std::string_view age(bool has_creation_time) {
  return has_creation_time ? "default_age_days: max(0, days(now - (item.created_at or default_first))) or 0\n"
                           : "default_age_days: max(0, days(now - default_first)) or 0\n";
}

bool has_creation_time(const App& app) {
  int created = app.item_attribute("created_at");
  return created >= 0 && app.item_attributes[static_cast<size_t>(created)].type == Type::Time;
}

// Tags say best what an item is like; without any, its texts do.
std::vector<std::string> telling_attributes(const App& app) {
  std::vector<std::string> names;
  for (Type type : {Type::Texts, Type::Text}) {
    for (const auto& attribute : app.item_attributes)
      if (attribute.type == type) names.push_back(attribute.name);
    if (!names.empty()) break;
  }
  return names;
}

std::string likeness(const App& app) {
  auto names = telling_attributes(app);
  if (names.empty()) return "";
  auto one = [](const std::string& name) { return fmt::format("similar(default_recent, item.{}) or 0", name); };
  if (names.size() == 1) return "default_likeness: " + one(names[0]) + "\n";
  std::string sum;
  for (const auto& name : names) sum += fmt::format("{}({})", sum.empty() ? "" : " + ", one(name));
  return fmt::format("default_likeness: ({}) / {}\n", sum, names.size());
}

}  // namespace

DefaultRanking default_ranking(const App& app, std::string_view repeats) {
  DefaultRanking out;
  std::string alike = likeness(app);
  out.features = fmt::format("{}{}{}{}", kFeatures, age(has_creation_time(app)), alike, kScore);
  if (!alike.empty()) out.features += " + 2 * default_likeness";
  out.features += " + 0.000000000001 * default_all_time\n";  // Decides between equals.
  out.placement = kRecall;
  if (has_creation_time(app)) out.placement += "  - {recent: item.created_at, limit: 50}\n";
  std::string again;
  if (!repeats.empty()) {
    std::string of = repeats == "any" ? "" : fmt::format("_{}", repeats);
    out.features += fmt::format(fmt::runtime(kRepeats), repeats, of);
    out.placement += fmt::format("  - {{own: default_own{}, limit: 200}}\n", of);
    again = "_again" + of;
  }
  out.placement +=
      fmt::format("score: {{members: {{default_score{}: 1}}}}\nfallback: {{popular: default_fresh_7d}}\n", again);
  return out;
}

}  // namespace augury::definition
