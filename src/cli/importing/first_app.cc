#include "cli/importing/first_app.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace augury::cli::importing {
namespace {

using definition::Type;

std::string_view type_word(Type type) {
  switch (type) {
    case Type::Number:
      return "number";
    case Type::Boolean:
      return "boolean";
    case Type::Texts:
      return "strings";
    case Type::Time:
      return "time";
    case Type::Location:
      return "location";
    case Type::Text:
    case Type::Vector:
    case Type::List:
      break;
  }
  return "string";
}

Type type_of(const SampledColumn& column) {
  return column.values.epoch_unit().empty() ? column.values.type() : Type::Time;
}

// One event type as the app file writes it.
struct EventPlan {
  std::string name, found;  // Ours, the file's.
  bool user = false, item = false;
  uint64_t records = 0;
  uint64_t without_key = 0;  // Records that lack one of those: importing calls them bad.
  std::vector<std::pair<std::string, const SampledColumn*>> fields;
};

// In a shell and in a comment.
std::string quoted(const std::string& text) {
  bool plain = std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("_-./=").contains(c);
  });
  return plain ? text : "'" + text + "'";
}

// "fields.price" and "price" are both the field price.
std::string short_name(const std::string& column, std::string_view group) {
  auto prefix = std::string(group) + ".";
  return column.starts_with(prefix) ? column.substr(prefix.size()) : column;
}

class Writer {
 public:
  explicit Writer(const FirstAppInput& input) : input_(input) {}

  Result<FirstApp> write() {
    AUGURY_TRY_VOID(plan_events());
    flags();
    head();
    items();
    events();
    features();
    placements();
    return std::move(out_);
  }

 private:
  Result<void> plan_events() {
    const auto& sample = *input_.events;
    for (const auto& [found, records] : sample.events) {
      EventPlan event{.found = found, .records = records};
      event.name = app_name(found.empty() ? input_.event_name : found);
      if (event.name == "any" || event.name == "session" || event.name == "user" || event.name == "item")
        event.name += "_event";
      auto keys = sample.keys_by_event.find(found);
      auto has = [&](const char* role) {
        return keys != sample.keys_by_event.end() && keys->second.contains(role) ? keys->second.at(role) : 0;
      };
      // A key that most have is a key: for the few others there is nobody to predict for.
      uint64_t users = std::max(has("user_id"), has("session_id")), items = has("item_id");
      event.user = users * 2 > records;
      event.item = items * 2 > records;
      event.without_key = std::max(event.user ? records - users : 0, event.item ? records - items : 0);
      if (!event.user && !event.item) continue;
      for (const auto& column : sample.columns) fields(event, column);
      if (event.name == "impression")
        impressions_sent_ = true;
      else
        events_.push_back(std::move(event));
    }
    if (!events_.empty()) return {};
    std::string columns;
    for (const auto& column : sample.columns) columns += (columns.empty() ? "" : ", ") + column.name;
    return Error{Code::Invalid, input_.events_file +
                                    ": no column is known as a user_id or an item_id that most events "
                                    "have; rename one. Found: " +
                                    columns};
  }

  static void fields(EventPlan& event, const SampledColumn& column) {
    if (!column.filled_by_event.contains(event.found) || column.name.starts_with("context.")) return;
    auto name = app_name(short_name(column.name, "fields"));
    if (name == "user" || name == "item") name += "_field";
    if (std::ranges::find(event.fields, name, [](const auto& field) { return field.first; }) == event.fields.end())
      event.fields.emplace_back(name, &column);
  }

  void flags() {
    for (const auto& [role, column] : input_.events->roles)
      if (role != column) flag(out_.import_flags, role, column);
    for (const auto& event : events_)
      for (const auto& [name, column] : event.fields)
        if (short_name(column->name, "fields") != name) flag(out_.import_flags, "fields." + name, column->name);
    if (!input_.events->time_unit.empty()) out_.import_flags += " --time " + input_.events->time_unit;
    bool lacking = std::ranges::any_of(events_, [](const auto& event) { return event.without_key > 0; });
    if (lacking) out_.import_flags += " --max-bad 1000000000";
    for (const auto& event : events_)
      if (!event.found.empty() && event.found != event.name)
        out_.import_flags += " --event-name " + quoted(event.found + "=" + event.name);
    bool named = input_.events->roles.contains("event");
    if (!named && events_.size() > 1) out_.import_flags += " --constant event=" + events_[0].name;
    if (!input_.items) return;
    for (const auto& [role, column] : input_.items->roles)
      if (role != column) flag(out_.import_items_flags, role, column);
    for (const auto& column : input_.items->columns)
      if (auto ours = short_name(column.name, "attributes"); app_name(ours) != ours)
        flag(out_.import_items_flags, "attributes." + app_name(ours), column.name);
  }

  static void flag(std::string& flags, const std::string& ours, const std::string& column) {
    auto text = " --column " + quoted(ours + "=" + column);
    if (flags.find(text) == std::string::npos) flags += text;
  }

  void line(const std::string& text) { out_.text += text + "\n"; }

  void head() {
    const auto& file = input_.app_file;
    line(fmt::format("# A first app file, made from {} records of {}. What it says of them is a guess from",
                     input_.events->records, input_.events_file));
    line("# their names and values: read it, change what is wrong, then");
    line("#");
    line("#   augury check " + file);
    if (input_.items)
      line(fmt::format("#   augury import --app {} --items {}{}", file, quoted(input_.items_file),
                       out_.import_items_flags));
    line(fmt::format("#   augury import --app {} --events {}{}", file, quoted(input_.events_file), out_.import_flags));
    line("#   augury serve " + file);
    line("app: " + app_name(input_.name));
    line("");
  }

  void items() {
    if (!input_.items) {
      line("# Attributes of items (category, price, ...) make filters, features and reasons. None were given: see");
      line("# augury init --items FILE.");
      line("# entities: {item: {attributes: {category: string}}}");
      line("");
      return;
    }
    std::vector<std::string> lines;
    std::vector<std::string> names;
    for (const auto& column : input_.items->columns) {
      auto name = app_name(short_name(column.name, "attributes"));
      if (column.values.filled() == 0 || std::ranges::find(names, name) != names.end()) continue;
      names.push_back(name);
      bool many = column.values.different() == ColumnSample::kDifferentMax;
      auto values = fmt::format("{}{} different values, the first {}", column.values.different(),
                                many ? " or more" : "", column.values.example());
      std::ranges::replace(values, '\n', ' ');
      lines.push_back(
          fmt::format("      {:<24} # {}", fmt::format("{}: {}", name, type_word(type_of(column))), values));
    }
    if (lines.empty()) return;
    line(fmt::format("# What is known of an item, from {} records of {}.", input_.items->records, input_.items_file));
    line("entities:");
    line("  item:");
    line("    attributes:");
    for (const auto& one : lines) line(one);
    line("");
  }

  void events() {
    line("# What happens. Every event has its keys; fields may be missing.");
    line("events:");
    for (const auto& event : events_) {
      std::string keys = event.user && event.item ? "user, item" : event.user ? "user" : "item";
      std::string fields;
      for (const auto& [name, column] : event.fields)
        fields += fmt::format("{}{}: {}", fields.empty() ? "" : ", ", name, type_word(type_of(*column)));
      auto text = fields.empty() ? fmt::format("  {}: [{}]", event.name, keys)
                                 : fmt::format("  {}: {{keys: [{}], fields: {{{}}}}}", event.name, keys, fields);
      auto lacking = event.without_key > 0 ? fmt::format("; {} lack a key and are bad", event.without_key) : "";
      line(fmt::format("{:<60} # {} of the records{}", text, event.records, lacking));
    }
    if (impressions_sent_)
      line("impressions: sent  # The file has them; without this line Augury counts its own answers.");
    line("");
  }

  void features() {
    auto both = std::ranges::find_if(events_, [](const auto& event) { return event.user && event.item; });
    auto item = std::ranges::find_if(events_, &EventPlan::item);
    if (item == events_.end()) return;
    line("# Values that follow the events. Ask for one with: augury features item_trend --item ID");
    line("features:");
    line(fmt::format("  item_trend: decayed_count({}) by item half_life 1d      # What is popular now.", item->name));
    if (both != events_.end()) {
      line(fmt::format("  user_recent: last(20, {}.item) by user                  # What somebody did last.",
                       both->name));
      line(fmt::format("  goes_with: together(100, {}.item) by item half_life 30d # What the same people choose.",
                       both->name));
    }
    line("");
  }

  void placements() {
    line("# Where answers are asked for. Without rules a placement ranks by default: good to begin with.");
    line("placements:");
    line("  home: {}");
    line("# With rules of your own:");
    line("#   home:");
    line("#     recall: [{popular: item_trend, limit: 100}, {related: goes_with, to: user_recent, limit: 100}]");
    line("#     score: {members: {item_trend: 1}}");
    line("#     choose: {count: 10}");
  }

  const FirstAppInput& input_;
  std::vector<EventPlan> events_;
  FirstApp out_;
  bool impressions_sent_ = false;
};

}  // namespace

std::string app_name(std::string_view text) {
  std::string name;
  for (char c : text) {
    bool good = std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80;
    if (good)
      name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  while (name.ends_with('_')) name.pop_back();
  if (name.empty()) name = "unnamed";
  if (std::isdigit(static_cast<unsigned char>(name[0]))) name = "n" + name;
  return name.substr(0, 64);
}

Result<FirstApp> first_app(const FirstAppInput& input) { return Writer(input).write(); }

}  // namespace augury::cli::importing
