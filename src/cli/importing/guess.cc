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

namespace {

// One sample in the making: every column, those with a role too.
class Sampling {
 public:
  Sampling(std::vector<std::string> names, const std::vector<std::string>& wanted) : names_(std::move(names)) {
    for (const auto& role : wanted)
      if (auto column = column_for(role, names_); !column.empty()) sample_.roles[role] = column;
    for (const auto& name : names_) columns_.push_back({name, {}, {}});
    if (sample_.roles.contains("event")) event_ = place(sample_.roles["event"]);
  }

  uint64_t records() const { return sample_.records; }

  void add(const wire::Record& record) {
    ++sample_.records;
    if (!record.problem.empty()) {
      ++sample_.bad;
      return;
    }
    auto event = event_ ? text_of(record.cells[*event_]) : "";
    ++sample_.events[event];
    for (size_t i = 0; i < names_.size(); ++i) {
      columns_[i].values.add(record.cells[i]);
      if (!std::holds_alternative<std::monostate>(record.cells[i])) ++columns_[i].filled_by_event[event];
    }
    if (sample_.events.size() > kEventTypesMax) forget_events();
  }

  FileSample finish() {
    for (const auto& [role, column] : sample_.roles) {
      const auto& found = columns_[place(column)];
      for (const auto& [event, count] : found.filled_by_event) sample_.keys_by_event[event][role] = count;
      auto unit = role == "timestamp" ? found.values.epoch_unit() : "";
      if (unit == "us" || unit == "ns") sample_.time_unit = unit;  // The others are told by their size.
    }
    for (auto& column : columns_) {
      bool has_role = std::ranges::any_of(sample_.roles, [&](const auto& role) { return role.second == column.name; });
      if (!has_role) sample_.columns.push_back(std::move(column));
    }
    return std::move(sample_);
  }

 private:
  size_t place(const std::string& column) const {
    return static_cast<size_t>(std::ranges::find(names_, column) - names_.begin());
  }

  // It is not the name of what happened after all.
  void forget_events() {
    sample_.roles.erase("event");
    event_.reset();
    sample_.events = {{"", sample_.records - sample_.bad}};
    for (auto& column : columns_) column.filled_by_event = {{"", column.values.filled()}};
  }

  std::vector<std::string> names_;
  std::vector<SampledColumn> columns_;
  std::optional<size_t> event_;
  FileSample sample_;
};

}  // namespace

Result<FileSample> sample_file(const std::string& path, const FileFormat& format,
                               const std::vector<std::string>& wanted, uint64_t records_max) {
  AUGURY_TRY(auto file, TableFile::open(path, format));
  std::vector<std::string> names;
  if (const auto* columns = file.records().columns()) {
    names = *columns;
  } else {
    AUGURY_TRY(names, names_of_lines(path));
  }
  file.records().select(names);
  Sampling sampling(names, wanted);
  wire::Record record;
  while (sampling.records() < records_max) {
    AUGURY_TRY(bool more, file.records().next(record));
    if (!more) break;
    sampling.add(record);
  }
  auto sample = sampling.finish();
  if (sample.records == sample.bad) return Error{Code::Invalid, path + ": there is no record to look at"};
  return sample;
}

}  // namespace augury::cli::importing
