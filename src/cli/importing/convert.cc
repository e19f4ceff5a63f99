#include "cli/importing/convert.h"

#include <algorithm>
#include <cmath>

#include "config/amount.h"
#include "wire/time_text.h"

namespace augury::cli::importing {
namespace {

using definition::Type;
using wire::Cell;
using wire::JsonValue;
using wire::JsonWriter;

std::string wrong(const Cell& cell, std::string_view expected) {
  return "found " + wire::show(cell) + ", expected " + std::string(expected);
}

std::string_view trim(std::string_view text) {
  auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::string write_number(const Cell& cell, JsonWriter& json) {
  if (const auto* whole = std::get_if<int64_t>(&cell)) return json.value(*whole), "";
  const auto* number = std::get_if<double>(&cell);
  if (number && std::isfinite(*number)) return json.value(*number), "";
  if (const auto* text = std::get_if<std::string_view>(&cell))
    if (auto parsed = config::parse_number(trim(*text))) return json.value(*parsed), "";
  return wrong(cell, "a number");
}

std::string write_boolean(const Cell& cell, JsonWriter& json) {
  std::optional<bool> found;
  if (const auto* flag = std::get_if<bool>(&cell)) found = *flag;
  if (const auto* whole = std::get_if<int64_t>(&cell); whole && (*whole == 0 || *whole == 1)) found = *whole == 1;
  if (const auto* text = std::get_if<std::string_view>(&cell)) {
    auto word = trim(*text);
    found = word == "1" ? true : word == "0" ? false : config::parse_boolean(word);
  }
  if (!found) return wrong(cell, "true or false");
  json.value(*found);
  return "";
}

std::string write_text(const Cell& cell, JsonWriter& json) {
  std::string room;
  auto text = id_text(cell, room);
  if (const auto* number = std::get_if<double>(&cell)) {
    JsonWriter::append_number(*number, room);
    text = room;
  }
  if (const auto* flag = std::get_if<bool>(&cell)) text = *flag ? "true" : "false";
  if (const auto* time = std::get_if<Timestamp>(&cell)) text = room = wire::format_rfc3339(*time);
  if (text.empty()) return wrong(cell, "a text");
  json.value(text);
  return "";
}

std::string write_texts(const Cell& cell, const std::string& separator, JsonWriter& json) {
  const auto* list = std::get_if<std::vector<std::string_view>>(&cell);
  const auto* text = std::get_if<std::string_view>(&cell);
  if (!list && !text) return wrong(cell, "a list of texts");
  json.begin_array();
  if (list) {
    for (auto one : *list) json.value(one);
  } else {
    for (size_t begin = 0; begin <= text->size();) {
      size_t end = std::min(text->find(separator, begin), text->size());
      if (auto one = trim(text->substr(begin, end - begin)); !one.empty()) json.value(one);
      begin = end + separator.size();
    }
  }
  json.end_array();
  return "";
}

std::string write_time(const Cell& cell, const TimeFormat& format, JsonWriter& json) {
  std::optional<Timestamp> time;
  if (const auto* known = std::get_if<Timestamp>(&cell)) time = *known;
  if (const auto* text = std::get_if<std::string_view>(&cell)) time = format.read(trim(*text));
  if (const auto* number = std::get_if<double>(&cell)) time = format.read(*number);
  if (const auto* whole = std::get_if<int64_t>(&cell)) time = format.read(*whole);
  if (!time) {
    bool told = format.unit != TimeFormat::Unit::Guess;
    return wrong(cell, told ? "a time as --time (or `time` of the mapping) says"
                            : "a time (RFC 3339, or seconds or milliseconds since 1970); other forms: --time");
  }
  json.value(wire::format_rfc3339(*time));
  return "";
}

std::string write_location(const Cell& cell, JsonWriter& json) {
  if (const auto* object = std::get_if<JsonValue>(&cell)) return write_as_found(*object, json), "";
  const auto* text = std::get_if<std::string_view>(&cell);
  auto comma = text ? text->find(',') : std::string_view::npos;
  if (comma != std::string_view::npos) {
    auto lat = config::parse_number(trim(text->substr(0, comma)));
    auto lon = config::parse_number(trim(text->substr(comma + 1)));
    if (lat && lon) {
      json.begin_object();
      json.member("lat", *lat);
      json.member("lon", *lon);
      json.end_object();
      return "";
    }
  }
  return wrong(cell, "a location: \"LAT,LON\" or {lat, lon}");
}

template <typename List>
void write_list(const List& all, JsonWriter& json) {
  json.begin_array();
  for (const auto& one : all) json.value(one);
  json.end_array();
}

}  // namespace

std::string_view id_text(const Cell& cell, std::string& room) {
  if (const auto* text = std::get_if<std::string_view>(&cell)) return *text;
  if (const auto* whole = std::get_if<int64_t>(&cell)) return room = std::to_string(*whole);
  return {};
}

std::string write_cell(const Cell& cell, Type type, const Mapping& mapping, JsonWriter& json) {
  switch (type) {
    case Type::Number:
      return write_number(cell, json);
    case Type::Boolean:
      return write_boolean(cell, json);
    case Type::Text:
      return write_text(cell, json);
    case Type::Texts:
      return write_texts(cell, mapping.separator, json);
    case Type::Time:
      return write_time(cell, mapping.time, json);
    case Type::Location:
      return write_location(cell, json);
    case Type::Vector:
    case Type::List:
      break;  // No attribute is one.
  }
  return wrong(cell, "nothing");
}

void write_as_found(const Cell& cell, JsonWriter& json) {
  struct Write {
    JsonWriter& json;
    void operator()(std::monostate) const { json.null(); }
    void operator()(std::string_view x) const { json.value(x); }
    void operator()(double x) const { json.value(x); }
    void operator()(int64_t x) const { json.value(x); }
    void operator()(bool x) const { json.value(x); }
    void operator()(Timestamp x) const { json.value(wire::format_rfc3339(x)); }
    void operator()(const std::vector<std::string_view>& all) const { write_list(all, json); }
    void operator()(const std::vector<double>& all) const { write_list(all, json); }
    void operator()(const JsonValue& x) const {
      if (x.type() == JsonValue::Type::Array) {
        json.begin_array();
        for (auto element : x.elements()) write_as_found(wire::cell_of(element), json);
        json.end_array();
      } else {
        json.begin_object();
        for (auto member : x.members()) {
          json.key(member.name);
          write_as_found(wire::cell_of(member.value), json);
        }
        json.end_object();
      }
    }
  };
  std::visit(Write{json}, cell);
}

}  // namespace augury::cli::importing
