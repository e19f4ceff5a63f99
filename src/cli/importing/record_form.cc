#include "cli/importing/record_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/hash.h"
#include "cli/importing/convert.h"
#include "config/names.h"

namespace augury::cli::importing {
namespace {

using definition::Type;
using wire::Cell;
using wire::JsonValue;
using wire::JsonWriter;

std::string full_name(std::string_view group, const std::string& name) {
  return group.empty() ? name : std::string(group) + "." + name;
}

std::vector<std::string> top_names(Kind kind) {
  if (kind == Kind::Items) return {"item_id"};
  if (kind == Kind::Users) return {"user_id"};
  return {"user_id", "session_id", "item_id", "timestamp", "prediction_id"};
}

// Every name of ours that a mapping may speak of; context.* besides.
std::vector<std::string> all_names(Kind kind, const definition::App& app) {
  auto names = top_names(kind);
  auto add = [&](std::string_view group, const std::vector<definition::Attribute>& attributes) {
    for (const auto& attribute : attributes) {
      names.push_back(attribute.name);
      names.push_back(full_name(group, attribute.name));
    }
  };
  if (kind == Kind::Items) add("attributes", app.item_attributes);
  if (kind == Kind::Users) add("attributes", app.user_attributes);
  if (kind == Kind::Events) {
    names.insert(names.end(), {"event", "event_id"});
    for (const auto& event : app.events) add("fields", event.fields);
  }
  return names;
}

bool is_among(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

RecordForm::RecordForm(Kind kind, const definition::App& app, const Mapping& mapping)
    : kind_(kind), app_(&app), mapping_(mapping) {}

Result<RecordForm> RecordForm::make(Kind kind, const definition::App& app, const Mapping& mapping,
                                    const std::vector<std::string>* columns) {
  RecordForm form(kind, app, mapping);
  AUGURY_TRY_VOID(form.bind(columns));
  return form;
}

Result<void> RecordForm::bind(const std::vector<std::string>* columns) {
  AUGURY_TRY_VOID(check_names(columns));
  for (const auto& name : top_names(kind_))
    top_.push_back(part("", name, name == "timestamp" ? Type::Time : Type::Text, columns));
  if (kind_ == Kind::Events) {
    event_ = part("", "event", Type::Text, columns);
    event_id_ = part("", "event_id", Type::Text, columns);
    if (event_.cells.empty() && event_.constant.empty() && app_->events.size() == 2)
      event_.constant = app_->events[0].name;  // The app's only one, beside `impression`.
    for (const auto& type : app_->events) {
      event_types_.emplace(type.name, fields_.size());
      auto& parts = fields_.emplace_back();
      for (const auto& field : type.fields) parts.push_back(part("fields", field.name, field.type, columns));
    }
    std::set<std::string> context;
    for (const auto& names : {mapping_.columns, mapping_.constants})
      for (const auto& [name, _] : names)
        if (name.starts_with("context.")) context.insert(name.substr(8));
    for (const auto& column : columns ? *columns : std::vector<std::string>{})
      if (column.starts_with("context.")) context.insert(column.substr(8));
    for (const auto& name : context) context_.push_back(part("context", name, Type::Text, columns));
  } else {
    for (const auto& attribute : kind_ == Kind::Items ? app_->item_attributes : app_->user_attributes)
      attributes_.push_back(part("attributes", attribute.name, attribute.type, columns));
  }
  if (!columns) {
    whole_.cells = {select(kind_ == Kind::Events ? "fields" : "attributes")};
    if (kind_ == Kind::Events) whole_context_.cells = {select("context")};
  } else {
    find_unused(*columns);
  }
  return check_needs(columns);
}

Result<void> RecordForm::check_names(const std::vector<std::string>* columns) const {
  auto known = all_names(kind_, *app_);
  for (const auto& names : {mapping_.columns, mapping_.constants}) {
    for (const auto& [name, _] : names) {
      if (is_among(known, name) || (kind_ == Kind::Events && name.starts_with("context."))) continue;
      return Error{Code::Invalid, "the mapping speaks of '" + name + "'" + config::expected_one_of(name, known)};
    }
  }
  if (!columns) return {};
  for (const auto& [name, column] : mapping_.columns) {
    if (is_among(*columns, column)) continue;
    return Error{Code::Invalid, "the mapping takes " + name + " from the column '" + column +
                                    "', which the file does not have" + config::expected_one_of(column, *columns)};
  }
  return {};
}

Result<void> RecordForm::check_needs(const std::vector<std::string>* columns) const {
  if (!columns) return {};
  auto bound = [&](std::string_view name) {
    auto found = std::ranges::find(top_, name, &Part::name);
    return found != top_.end() && (!found->cells.empty() || !found->constant.empty());
  };
  std::string missing;
  if (kind_ == Kind::Items && !bound("item_id")) missing = "item_id";
  if (kind_ == Kind::Users && !bound("user_id")) missing = "user_id";
  if (kind_ == Kind::Events) {
    std::span types(app_->events.data(), app_->events.size() - 1);
    if (!bound("item_id") && std::ranges::all_of(types, &definition::EventType::has_item)) missing = "item_id";
    if (!bound("user_id") && !bound("session_id") && std::ranges::all_of(types, &definition::EventType::has_user))
      missing = "user_id";
    if (event_.cells.empty() && event_.constant.empty()) missing = "event";
  }
  if (missing.empty()) return {};
  std::string have;
  for (const auto& column : *columns) have += (have.empty() ? "" : ", ") + column;
  return Error{Code::Invalid, fmt::format("no column is called '{0}'; say which one it is with --column {0}=COLUMN, or "
                                          "give every record the same with --constant {0}=VALUE. The file has: {1}",
                                          missing, have)};
}

RecordForm::Part RecordForm::part(std::string_view group, const std::string& name, Type type,
                                  const std::vector<std::string>* columns) {
  Part part{.name = name, .type = type, .cells = {}, .constant = {}};
  auto full = full_name(group, name);
  for (const auto& ours : {full, name}) {
    if (auto found = mapping_.constants.find(ours); found != mapping_.constants.end()) part.constant = found->second;
    if (auto found = mapping_.columns.find(ours); found != mapping_.columns.end()) part.cells = {select(found->second)};
    if (!part.constant.empty() || !part.cells.empty()) return part;
  }
  for (const auto& column : {full, name}) {
    // A context or field column cannot be told from a top-level name by its short form where the two are the same.
    if (column == name && !group.empty() && (group == "context" || is_among(top_names(kind_), name))) continue;
    if (!columns || is_among(*columns, column)) part.cells.push_back(select(column));
    if (group.empty()) break;
  }
  return part;
}

size_t RecordForm::select(const std::string& column) {
  auto found = std::ranges::find(selected_, column);
  if (found == selected_.end()) return selected_.push_back(column), selected_.size() - 1;
  return static_cast<size_t>(found - selected_.begin());
}

void RecordForm::find_unused(const std::vector<std::string>& columns) {
  for (const auto& column : columns)
    if (!is_among(selected_, column)) unused_.push_back(column);
}

Cell RecordForm::value(const Part& part, const wire::Record& record) const {
  if (!part.constant.empty()) return std::string_view(part.constant);
  for (size_t cell : part.cells)
    if (!std::holds_alternative<std::monostate>(record.cells[cell])) return record.cells[cell];
  return {};
}

std::string RecordForm::write_parts(const Parts& parts, const wire::Record& record, JsonWriter& json) const {
  for (const auto& part : parts) {
    auto cell = value(part, record);
    if (std::holds_alternative<std::monostate>(cell)) continue;
    json.key(part.name);
    if (auto problem = write_cell(cell, part.type, mapping_, json); !problem.empty()) return part.name + ": " + problem;
  }
  return "";
}

// `whole` is the object of that name in the record; what the app file does not know of it is passed on as it is, and
// the API says what it thinks of it.
std::string RecordForm::write_group(std::string_view name, const Parts& parts, const Cell& whole,
                                    const wire::Record& record, JsonWriter& json) const {
  const auto* object = std::get_if<JsonValue>(&whole);
  if (!object && !std::holds_alternative<std::monostate>(whole))
    return fmt::format("{}: found {}, expected an object", name, wire::show(whole));
  if (parts.empty() && !object) return "";
  json.key(name);
  json.begin_object();
  if (auto problem = write_parts(parts, record, json); !problem.empty()) return problem;
  if (object) write_undeclared(*object, parts, json);
  json.end_object();
  return "";
}

void RecordForm::write_undeclared(const JsonValue& object, const Parts& parts, JsonWriter& json) {
  for (auto member : object.members()) {
    if (std::ranges::find(parts, member.name, &Part::name) != parts.end()) continue;
    json.key(member.name);
    write_as_found(wire::cell_of(member.value), json);
  }
}

std::string RecordForm::write_event(const wire::Record& record, std::string& out) const {
  JsonWriter json(out);
  json.begin_object();
  std::string room;
  auto name = id_text(value(event_, record), room);
  if (auto ours = mapping_.event_names.find(std::string(name)); ours != mapping_.event_names.end()) name = ours->second;
  json.member("event", name);
  if (auto problem = write_parts(top_, record, json); !problem.empty()) return problem;
  static const Parts kNone;
  auto type = event_types_.find(std::string(name));
  const auto& fields = type == event_types_.end() ? kNone : fields_[type->second];
  if (auto problem = write_group("fields", fields, value(whole_, record), record, json); !problem.empty())
    return problem;
  return write_group("context", context_, value(whole_context_, record), record, json);
}

std::string RecordForm::write(const wire::Record& record, std::string_view file, std::string& out) {
  size_t begin = out.size();
  std::string problem;
  if (kind_ == Kind::Events) {
    problem = write_event(record, out);
    std::string room;
    auto given = value(event_id_, record);
    auto id = id_text(given, room);
    if (id.empty()) {
      room = fmt::format("{:x}:{}:{:x}", base::hash64(file), record.number,
                         base::hash64(std::string_view(out).substr(begin)));
      id = room;
    }
    out += ",\"event_id\":";
    JsonWriter::append_quoted(id, out);
  } else {
    JsonWriter json(out);
    json.begin_object();
    problem = write_parts(top_, record, json);
    if (problem.empty()) problem = write_group("attributes", attributes_, value(whole_, record), record, json);
  }
  out += '}';
  if (!problem.empty()) out.resize(begin);
  return problem;
}

}  // namespace augury::cli::importing
