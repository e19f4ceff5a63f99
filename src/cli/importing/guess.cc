#include "cli/importing/guess.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "cli/importing/convert.h"
#include "cli/importing/mapping.h"
#include "config/amount.h"
#include "wire/lines.h"
#include "wire/time_text.h"

namespace augury::cli::importing {
namespace {

using definition::Type;
using wire::Cell;
using wire::JsonValue;

// A column of more different words than this is no event type.
constexpr size_t kEventTypesMax = 50;

struct Role {
  std::string_view name;
  std::vector<std::string_view> columns;  // Lower case, letters and digits only; the likeliest first.
};

const std::vector<Role>& roles() {
  static const std::vector<Role> kRoles{
      {"event", {"event", "eventtype", "eventname", "type", "action", "behavior", "behaviour"}},
      {"event_id", {"eventid", "uuid"}},
      {"user_id",
       {"userid", "user", "uid", "visitorid", "visitor", "customerid", "customer", "memberid", "clientid", "reviewerid",
        "accountid", "personid"}},
      {"session_id", {"sessionid", "session", "visitid"}},
      {"item_id",
       {"itemid", "item", "productid", "product", "sku", "movieid", "articleid", "bookid", "songid", "trackid",
        "contentid", "stockcode", "aid", "asin", "iid"}},
      {"timestamp",
       {"timestamp", "time", "ts", "datetime", "date", "eventtime", "occurredat", "createdat", "created", "invoicedate",
        "unixtime", "unixreviewtime"}}};
  return kRoles;
}

std::string plain(std::string_view name) {
  std::string out;
  for (char c : name)
    if (std::isalnum(static_cast<unsigned char>(c)))
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

void add_names(const JsonValue& object, const std::string& prefix, std::vector<std::string>& names) {
  for (auto member : object.members()) {
    auto name = prefix + std::string(member.name);
    bool nested = member.value.type() == JsonValue::Type::Object && !member.value.find("lat");
    if (nested)
      add_names(member.value, name + ".", names);
    else if (std::ranges::find(names, name) == names.end())
      names.push_back(name);
  }
}

// The members of the first lines of JSON.
Result<std::vector<std::string>> names_of_lines(const std::string& path) {
  AUGURY_TRY(auto input, io::InputFile::open(path));
  std::string head(1 << 20, '\0');
  size_t filled = 0;
  for (size_t n = 1; n > 0 && filled < head.size(); filled += n) {
    AUGURY_TRY(n, input->read(std::span(head).subspan(filled)));
  }
  head.resize(filled);
  if (filled == 1 << 20) head.resize(head.rfind('\n') + 1);
  std::vector<std::string> names;
  wire::JsonReader reader;
  for (auto line : wire::Lines(head))
    if (auto root = reader.read(line)) add_names(*root, "", names);
  return names;
}

std::string text_of(const Cell& cell) {
  std::string room;
  auto text = id_text(cell, room);
  return std::string(text);
}

}  // namespace

void ColumnSample::add(const Cell& cell) {
  if (std::holds_alternative<std::monostate>(cell)) return;
  ++filled_;
  std::optional<double> number;
  const auto* text = std::get_if<std::string_view>(&cell);
  if (text) number = config::parse_number(*text);
  if (const auto* x = std::get_if<double>(&cell)) number = *x;
  if (const auto* x = std::get_if<int64_t>(&cell)) number = static_cast<double>(*x);
  if (number) {
    lowest_ = numbers_ == 0 ? *number : std::min(lowest_, *number);
    highest_ = numbers_ == 0 ? *number : std::max(highest_, *number);
    ++numbers_;
  }
  if (std::holds_alternative<bool>(cell) || (text && !number && config::parse_boolean(*text))) ++booleans_;
  if (std::holds_alternative<Timestamp>(cell) || (text && !number && TimeFormat{}.read(*text))) ++times_;
  if (std::holds_alternative<std::vector<std::string_view>>(cell)) ++lists_;
  if (const auto* object = std::get_if<JsonValue>(&cell); object && object->find("lat")) ++locations_;
  if (text && text->find('|') != std::string_view::npos) ++bars_;
  auto shown = text ? std::string(*text) : wire::show(cell);
  if (example_.empty()) example_ = wire::show(cell);
  if (values_.size() < kDifferentMax) values_.insert(std::move(shown));
}

Type ColumnSample::type() const {
  if (filled_ > 0) {
    if (booleans_ == filled_) return Type::Boolean;
    if (numbers_ == filled_) return Type::Number;
    if (times_ == filled_) return Type::Time;
    if (locations_ == filled_) return Type::Location;
    if (lists_ == filled_ || has_bars()) return Type::Texts;
  }
  return Type::Text;
}

std::string ColumnSample::epoch_unit() const {
  if (filled_ == 0 || numbers_ != filled_) return "";
  // Moments of 1980 to 2100.
  for (auto [unit, per_second] : {std::pair{"s", 1.0}, {"ms", 1e3}, {"us", 1e6}, {"ns", 1e9}})
    if (lowest_ >= 3.15e8 * per_second && highest_ <= 4.1e9 * per_second) return unit;
  return "";
}

std::string column_for(const std::string& role, const std::vector<std::string>& columns) {
  if (std::ranges::find(columns, role) != columns.end()) return role;
  auto known = std::ranges::find(roles(), role, &Role::name);
  if (known == roles().end()) return "";
  for (auto name : known->columns)
    for (const auto& column : columns)
      if (plain(column) == name) return column;
  return "";
}

Result<FileSample> sample_file(const std::string& path, const FileFormat& format,
                               const std::vector<std::string>& wanted, uint64_t records_max) {
  AUGURY_TRY(auto file, TableFile::open(path, format));
  FileSample sample;
  std::vector<std::string> names;
  if (const auto* columns = file.records().columns()) {
    names = *columns;
  } else {
    AUGURY_TRY(names, names_of_lines(path));
  }
  for (const auto& role : wanted)
    if (auto column = column_for(role, names); !column.empty()) sample.roles[role] = column;
  file.records().select(names);
  std::vector<SampledColumn> all;
  for (const auto& name : names) all.push_back({name, {}, {}});
  auto place = [&](const std::string& role) {
    auto found = sample.roles.find(role);
    if (found == sample.roles.end()) return names.size();
    return static_cast<size_t>(std::ranges::find(names, found->second) - names.begin());
  };
  size_t event_place = place("event");
  wire::Record record;
  while (sample.records < records_max) {
    AUGURY_TRY(bool more, file.records().next(record));
    if (!more) break;
    ++sample.records;
    if (!record.problem.empty()) {
      ++sample.bad;
      continue;
    }
    auto event = event_place < names.size() ? text_of(record.cells[event_place]) : "";
    ++sample.events[event];
    for (size_t i = 0; i < names.size(); ++i) {
      all[i].values.add(record.cells[i]);
      if (!std::holds_alternative<std::monostate>(record.cells[i])) ++all[i].filled_by_event[event];
    }
    if (sample.events.size() > kEventTypesMax) {
      // Not the name of what happened after all.
      sample.roles.erase("event");
      event_place = names.size();
      sample.events = {{"", sample.records - sample.bad}};
    }
  }
  if (sample.records == sample.bad) return Error{Code::Invalid, path + ": there is no record to look at"};
  for (const auto& [role, column] : sample.roles) {
    const auto& found = all[static_cast<size_t>(std::ranges::find(names, column) - names.begin())];
    for (const auto& [event, count] : found.filled_by_event) sample.keys_by_event[event][role] = count;
    if (role != "timestamp") continue;
    auto unit = found.values.epoch_unit();
    if (unit == "us" || unit == "ns") sample.time_unit = unit;  // The others are told by their size.
  }
  auto has_role = [&](const SampledColumn& column) {
    return std::ranges::any_of(sample.roles, [&](const auto& role) { return role.second == column.name; });
  };
  std::ranges::copy_if(all, std::back_inserter(sample.columns), [&](const auto& column) { return !has_role(column); });
  return sample;
}

}  // namespace augury::cli::importing
