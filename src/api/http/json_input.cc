#include "api/http/json_input.h"

#include <algorithm>
#include <memory>

#include "wire/time_text.h"

namespace augury::api {
namespace {

using wire::JsonValue;

std::string_view type_name(JsonValue::Type type) {
  switch (type) {
    case JsonValue::Type::Null:
      return "null";
    case JsonValue::Type::Boolean:
      return "a boolean";
    case JsonValue::Type::Number:
      return "a number";
    case JsonValue::Type::Text:
      return "a string";
    case JsonValue::Type::Array:
      return "an array";
    case JsonValue::Type::Object:
      return "an object";
  }
  return "something";
}

std::string wanted(std::string_view expected, const JsonValue& found) {
  return "expected " + std::string(expected) + ", found " + std::string(type_name(found.type()));
}

std::optional<Location> location(const JsonValue& json) {
  auto lat = json.find("lat"), lon = json.find("lon");
  if (!lat || !lon || !lat->number() || !lon->number()) return std::nullopt;
  Location at{*lat->number(), *lon->number()};
  if (at.lat < -90 || at.lat > 90 || at.lon < -180 || at.lon > 180) return std::nullopt;
  return at;
}

}  // namespace

std::optional<Timestamp> json_time(const JsonValue& value) {
  if (auto number = value.number()) return wire::from_epoch(*number);
  if (auto text = value.text()) return wire::parse_time(*text);
  return std::nullopt;
}

Result<JsonValue> JsonInput::read(std::string_view body, bool or_array) {
  AUGURY_TRY(auto root, reader_.read(body));
  bool fits = root.type() == JsonValue::Type::Object || (or_array && root.type() == JsonValue::Type::Array);
  if (!fits) return Error{Code::Invalid, wanted(or_array ? "an object or an array" : "an object", root)};
  return root;
}

void JsonInput::problem(std::string_view name, std::string message) {
  if (details_.size() < 100) details_.push_back({prefix_ + std::string(name), std::move(message)});
}

std::optional<std::string> JsonInput::first_problem() const {
  if (details_.empty()) return std::nullopt;
  return details_.front().path + ": " + details_.front().message;
}

net::HttpReply JsonInput::error() const { return error_reply(Error{Code::Invalid, *first_problem()}, details_); }

std::string_view JsonInput::text(const JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  if (!found || found->is_null()) return {};
  if (auto text = found->text()) return *text;
  problem(name, wanted("a string", *found));
  return {};
}

std::optional<int64_t> JsonInput::integer(const JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  if (!found || found->is_null()) return std::nullopt;
  if (auto whole = found->integer()) return whole;
  problem(name, wanted("a whole number", *found));
  return std::nullopt;
}

std::optional<double> JsonInput::number(const JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  if (!found || found->is_null()) return std::nullopt;
  if (auto x = found->number()) return x;
  problem(name, wanted("a number", *found));
  return std::nullopt;
}

std::optional<bool> JsonInput::boolean(const JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  if (!found || found->is_null()) return std::nullopt;
  if (auto b = found->boolean()) return b;
  problem(name, wanted("true or false", *found));
  return std::nullopt;
}

std::optional<Timestamp> JsonInput::time(const JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  if (!found || found->is_null()) return std::nullopt;
  if (auto t = json_time(*found)) return t;
  problem(name, "expected a time: RFC 3339, or seconds or milliseconds since 1970");
  return std::nullopt;
}

std::span<const std::string_view> JsonInput::texts(const JsonValue& object, std::string_view name) {
  auto found = object.find(name);
  if (!found || found->is_null()) return {};
  if (found->type() != JsonValue::Type::Array) {
    problem(name, wanted("an array of strings", *found));
    return {};
  }
  auto all = array<std::string_view>(found->size());
  size_t n = 0;
  for (auto element : found->elements()) {
    if (auto text = element.text()) {
      all[n++] = *text;
    } else {
      problem(std::string(name) + "[" + std::to_string(n) + "]", wanted("a string", element));
      return {};
    }
  }
  return all.first(n);
}

std::optional<Value> JsonInput::value(const JsonValue& json) {
  switch (json.type()) {
    case JsonValue::Type::Null:
      return Value{};
    case JsonValue::Type::Boolean:
      return Value{*json.boolean()};
    case JsonValue::Type::Number:
      return Value{*json.number()};
    case JsonValue::Type::Text:
      return Value{*json.text()};
    case JsonValue::Type::Object:
      if (auto at = location(json)) return Value{*at};
      return std::nullopt;
    case JsonValue::Type::Array: {
      auto all = array<std::string_view>(json.size());
      size_t n = 0;
      for (auto element : json.elements()) {
        auto text = element.text();
        if (!text) return std::nullopt;
        all[n++] = *text;
      }
      return Value{Strings{all.data(), n}};
    }
  }
  return std::nullopt;
}

std::optional<JsonValue> JsonInput::object(const JsonValue& parent, std::string_view name) {
  auto found = parent.find(name);
  if (!found || found->is_null()) return std::nullopt;
  if (found->type() == JsonValue::Type::Object) return found;
  problem(name, wanted("an object", *found));
  return std::nullopt;
}

std::span<const NamedValue> JsonInput::values(const JsonValue& parent, std::string_view name,
                                              std::string_view without) {
  auto members = object(parent, name);
  if (!members) return {};
  auto all = array<NamedValue>(members->size());
  size_t n = 0;
  for (auto member : members->members()) {
    if (!without.empty() && member.name == without) continue;
    if (auto x = value(member.value)) {
      all[n++] = {member.name, *x};
    } else {
      problem(
          std::string(name) + "." + std::string(member.name),
          "expected a string, number, boolean, array of strings or {lat, lon} within -90..90 and -180..180, found " +
              std::string(type_name(member.value.type())));
    }
  }
  return all.first(n);
}

std::span<const double> JsonInput::numbers(const JsonValue& json, const std::string& name) {
  if (json.type() != JsonValue::Type::Array)
    return problem(name, wanted("an array of numbers", json)), std::span<const double>{};
  auto all = array<double>(json.size());
  size_t n = 0;
  for (auto element : json.elements()) {
    auto x = element.number();
    if (!x)
      return problem(name + "[" + std::to_string(n) + "]", wanted("a number", element)), std::span<const double>{};
    all[n++] = *x;
  }
  return all.first(n);
}

std::span<const NamedVector> JsonInput::vectors(const JsonValue& parent, std::string_view name) {
  auto members = object(parent, name);
  if (!members) return {};
  auto all = array<NamedVector>(members->size());
  size_t n = 0;
  for (auto member : members->members()) {
    auto& one = all[n++];
    one.name = member.name;
    if (!member.value.is_null())
      one.numbers = numbers(member.value, std::string(name) + "." + std::string(member.name));
  }
  return all.first(n);
}

std::vector<std::string_view> JsonInput::unknown(const JsonValue& object,
                                                 std::initializer_list<std::string_view> known) {
  std::vector<std::string_view> names;
  for (auto member : object.members()) {
    if (std::ranges::find(known, member.name) == known.end()) names.push_back(member.name);
  }
  return names;
}

}  // namespace augury::api
