#include "ingest/validate.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "base/hash.h"
#include "wire/text.h"
#include "wire/time_text.h"

namespace augury::ingest {

using definition::Datum;
using definition::Text;
using definition::Type;

namespace {

using Refusal = Validator::Refusal;
template <typename T>
using Checked = std::expected<T, Refusal>;

std::unexpected<Refusal> refuse(std::string_view code, std::string message) {
  return std::unexpected(Refusal{std::string(code), std::move(message)});
}

std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

// What was found, short enough for a message.
std::string show(const Value& value) {
  struct Shown {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(double x) const { return "the number " + number(x); }
    std::string operator()(bool x) const { return x ? "true" : "false"; }
    std::string operator()(std::string_view x) const {
      return "the text '" + std::string(x.substr(0, 40)) + (x.size() > 40 ? "...'" : "'");
    }
    std::string operator()(Strings x) const { return "a list of " + std::to_string(x.size()) + " texts"; }
    std::string operator()(const Location&) const { return "a location"; }
  };
  return std::visit(Shown{}, value);
}

std::string_view copy(std::string_view text, std::pmr::memory_resource& arena) {
  if (text.empty()) return {};
  auto* bytes = static_cast<char*>(arena.allocate(text.size(), 1));
  std::copy(text.begin(), text.end(), bytes);
  return {bytes, text.size()};
}

template <typename T>
std::span<T> room(size_t count, std::pmr::memory_resource& arena) {
  auto* place = static_cast<T*>(arena.allocate(std::max<size_t>(count, 1) * sizeof(T), alignof(T)));
  std::uninitialized_default_construct_n(place, count);
  return {place, count};
}

bool good_text(std::string_view text) { return text.size() <= kTextBytesMax && wire::is_utf8(text); }

std::optional<Datum> texts(Strings strings, std::pmr::memory_resource& arena) {
  if (!std::all_of(strings.begin(), strings.end(), good_text)) return std::nullopt;
  auto list = room<Text>(strings.size(), arena);
  for (size_t i = 0; i < strings.size(); ++i) list[i] = Text{copy(strings[i], arena), 0};
  return Datum::of(std::span<const Text>(list));
}

bool good_location(const Location& place) { return std::abs(place.lat) <= 90 && std::abs(place.lon) <= 180; }

std::string_view expected(Type type) {
  switch (type) {
    case Type::Number:
      return "a number of at most 1e9 either way";
    case Type::Boolean:
      return "true or false";
    case Type::Text:
      return "a text of at most 64 KiB";
    case Type::Texts:
      return "a list of texts of at most 64 KiB each";
    case Type::Time:
      return "a time (RFC 3339, or seconds or milliseconds since 1970)";
    case Type::Location:
      return "a location (lat -90..90, lon -180..180)";
    case Type::List:
    case Type::Vector:
      break;
  }
  return "nothing";
}

// Empty: it is not of that type.
std::optional<Datum> as(Type type, const Value& value, std::pmr::memory_resource& arena) {
  const auto* x = std::get_if<double>(&value);
  const auto* text = std::get_if<std::string_view>(&value);
  std::optional<Timestamp> time;
  switch (type) {
    case Type::Number:
      if (x != nullptr && std::abs(*x) <= kNumberMax) return Datum::of(*x);
      break;
    case Type::Boolean:
      if (const auto* flag = std::get_if<bool>(&value)) return Datum::of(*flag);
      break;
    case Type::Text:
      if (text != nullptr && good_text(*text)) return Datum::of(Text{copy(*text, arena), 0});
      break;
    case Type::Texts:
      if (const auto* list = std::get_if<Strings>(&value)) return texts(*list, arena);
      break;
    case Type::Time:
      time = x != nullptr ? wire::from_epoch(*x) : text != nullptr ? wire::parse_time(*text) : std::nullopt;
      if (time) return Datum::of(*time);
      break;
    case Type::Location:
      if (const auto* place = std::get_if<Location>(&value); place != nullptr && good_location(*place))
        return Datum::of(*place);
      break;
    case Type::List:
    case Type::Vector:
      break;
  }
  return std::nullopt;
}

// Context has no declared types: it stays what it is.
std::optional<Datum> as_it_is(const Value& value, std::pmr::memory_resource& arena) {
  if (const auto* x = std::get_if<double>(&value))
    return std::isfinite(*x) ? std::optional(Datum::of(*x)) : std::nullopt;
  if (const auto* flag = std::get_if<bool>(&value)) return Datum::of(*flag);
  if (std::holds_alternative<std::string_view>(value)) return as(Type::Text, value, arena);
  if (std::holds_alternative<Strings>(value)) return as(Type::Texts, value, arena);
  if (std::holds_alternative<Location>(value)) return as(Type::Location, value, arena);
  return Datum();
}

int find(std::span<const definition::Attribute> attributes, std::string_view name) {
  for (size_t i = 0; i < attributes.size(); ++i)
    if (attributes[i].name == name) return static_cast<int>(i);
  return -1;
}

// The values the app file names, in the order given. `keep_missing`: a missing value says something (Patch).
Checked<std::span<const TakenField>> fields(std::span<const NamedValue> given,
                                            std::span<const definition::Attribute> declared, bool keep_missing,
                                            std::pmr::memory_resource& arena) {
  if (given.empty() || declared.empty()) return std::span<const TakenField>();
  auto kept = room<TakenField>(std::min(given.size(), size_t{1} << 16), arena);
  size_t count = 0;
  for (const NamedValue& one : given) {
    int index = find(declared, one.name);
    bool missing = std::holds_alternative<std::monostate>(one.value);
    if (index < 0 || count == kept.size() || (missing && !keep_missing)) continue;
    Type type = declared[static_cast<size_t>(index)].type;
    auto value = missing ? Datum() : as(type, one.value, arena);
    if (!value)
      return refuse("INVALID_FIELD", "'" + std::string(one.name) + "': found " + show(one.value) + ", expected " +
                                         std::string(expected(type)));
    auto same = std::find_if(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(count),
                             [&](const TakenField& other) { return other.index == index; });
    *same = {index, *value};  // Named twice: the last one counts.
    if (same == kept.begin() + static_cast<std::ptrdiff_t>(count)) ++count;
  }
  return std::span<const TakenField>(kept.first(count));
}

std::string count_of(size_t numbers) { return std::to_string(numbers) + (numbers == 1 ? " number" : " numbers"); }

Checked<Datum> vector(const NamedVector& given, const definition::Vector& declared, std::pmr::memory_resource& arena) {
  auto numbers = *given.numbers;
  auto name = "vector '" + declared.name + "': found ";
  if (std::cmp_not_equal(numbers.size(), declared.dimension))
    return refuse("INVALID_FIELD",
                  name + count_of(numbers.size()) + ", expected " + count_of(static_cast<size_t>(declared.dimension)));
  auto copied = room<float>(numbers.size(), arena);
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (!(std::abs(numbers[i]) <= kNumberMax))
      return refuse("INVALID_FIELD", name + "the number " + number(numbers[i]) + " at place " + std::to_string(i) +
                                         ", expected " + std::string(expected(Type::Number)));
    copied[i] = static_cast<float>(numbers[i]);
  }
  return Datum::of(std::span<const float>(copied));
}

// `taken`, and behind it the vectors, whose places come after `attributes`.
Checked<std::span<const TakenField>> with_vectors(std::span<const TakenField> taken, size_t attributes,
                                                  std::span<const NamedVector> given,
                                                  std::span<const definition::Vector> declared, bool keep_missing,
                                                  std::pmr::memory_resource& arena) {
  if (given.empty()) return taken;
  auto all = room<TakenField>(taken.size() + declared.size(), arena);
  std::ranges::copy(taken, all.begin());
  size_t count = taken.size();
  for (size_t i = 0; i < declared.size(); ++i) {
    const NamedVector* newest = nullptr;  // Named twice: the last one counts.
    for (const NamedVector& one : given)
      if (one.name == declared[i].name) newest = &one;
    if (newest == nullptr || (!newest->numbers && !keep_missing)) continue;
    Checked<Datum> value = newest->numbers ? vector(*newest, declared[i], arena) : Datum();
    if (!value) return std::unexpected(value.error());
    all[count++] = {static_cast<int>(attributes + i), *value};
  }
  return std::span<const TakenField>(all.first(count));
}

Checked<std::span<const feature::ContextDatum>> context(std::span<const NamedValue> given,
                                                        std::pmr::memory_resource& arena) {
  if (given.empty()) return std::span<const feature::ContextDatum>();
  if (given.size() > kContextFieldsMax)
    return refuse("INVALID_FIELD", "context: found " + std::to_string(given.size()) + " fields, expected at most 256");
  auto kept = room<feature::ContextDatum>(given.size(), arena);
  for (size_t i = 0; i < given.size(); ++i) {
    auto value = as_it_is(given[i].value, arena);
    if (!value || !good_text(given[i].name))
      return refuse("INVALID_FIELD", "context '" + std::string(given[i].name.substr(0, 40)) + "': found " +
                                         show(given[i].value) + ", expected a finite number, text, list or location");
    kept[i] = {copy(given[i].name, arena), *value};
  }
  return std::span<const feature::ContextDatum>(kept);
}

std::string id_problem(std::string_view what, std::string_view id) {
  std::string_view found = id.empty()                      ? "it is empty"
                           : id.size() > wire::kIdBytesMax ? "it is longer"
                           : !wire::is_utf8(id)            ? "it is not UTF-8"
                                                           : "it has a control character";
  return std::string(what) + ": expected 1 to 256 bytes of UTF-8 without control characters, but " + std::string(found);
}

// Which of the event's ids breaks the rules; empty if none.
std::string bad_id(const Event& event) {
  std::pair<std::string_view, std::string_view> ids[] = {{"event_id", event.event_id},
                                                         {"user_id", event.user_id},
                                                         {"session_id", event.session_id},
                                                         {"item_id", event.item_id}};
  for (auto [what, id] : ids)
    if (!id.empty() && !wire::is_id(id)) return id_problem(what, id);
  return {};
}

}  // namespace

Validator::Validator(const definition::App& app) : app_(app) {
  for (size_t i = 0; i < app.events.size(); ++i) types_.emplace(app.events[i].name, static_cast<int>(i));
}

std::expected<int, Refusal> Validator::type_of(std::string_view name) const {
  auto found = types_.find(name);
  if (found != types_.end() && (found->second != app_.impression() || !app_.impressions_served)) return found->second;
  std::string message = "'" + std::string(name.substr(0, 64)) + "': ";
  if (found != types_.end())
    return refuse("UNKNOWN_EVENT", message +
                                       "Augury counts impressions from its own answers; to send them, write "
                                       "'impressions: sent' in the app file");
  message += "expected one of";
  for (size_t i = 0; i < app_.events.size(); ++i)
    if (static_cast<int>(i) != app_.impression() || !app_.impressions_served) message += " " + app_.events[i].name;
  return refuse("UNKNOWN_EVENT", std::move(message));
}

Validator::Checked Validator::event(const Event& event, Timestamp receipt, std::pmr::memory_resource& arena) const {
  auto type = type_of(event.event);
  if (!type) return std::unexpected(type.error());
  if (auto problem = bad_id(event); !problem.empty()) return refuse("INVALID_ID", std::move(problem));
  const auto& declared = app_.events[static_cast<size_t>(*type)];
  if (declared.has_item && event.item_id.empty())
    return refuse("MISSING_KEY", "'" + declared.name + "' needs an item_id, found none");
  if (declared.has_user && event.user_id.empty() && event.session_id.empty())
    return refuse("MISSING_KEY", "'" + declared.name + "' needs a user_id (or, for a guest, a session_id), found none");
  if (event.timestamp && *event.timestamp > receipt + kAheadMax)
    return refuse("IN_THE_FUTURE", "timestamp " + wire::format_rfc3339(*event.timestamp) +
                                       " is more than 5 minutes ahead of its receipt at " +
                                       wire::format_rfc3339(receipt) + "; check the sender's clock");
  std::optional<journal::PredictionId> prediction = journal::PredictionId{};
  if (!event.prediction_id.empty()) prediction = parse_prediction_id(event.prediction_id);
  if (!prediction)
    return refuse("INVALID_ID", "prediction_id: expected the 26 characters an answer gave, found '" +
                                    std::string(event.prediction_id.substr(0, 40)) + "'");
  auto given = fields(event.fields, declared.fields, false, arena);
  if (!given) return std::unexpected(given.error());
  auto around = context(event.context, arena);
  if (!around) return std::unexpected(around.error());
  TakenEvent taken;
  taken.receipt = receipt;
  taken.at = std::min(event.timestamp.value_or(receipt), receipt);
  if (!event.event_id.empty()) taken.fingerprint = std::max<uint64_t>(base::hash64(event.event_id), 1);
  taken.type = *type;
  taken.user = {copy(event.user_id, arena), 0};
  taken.item = {copy(event.item_id, arena), 0};
  taken.session = {copy(event.session_id, arena), 0};
  taken.fields = *given;
  taken.context = *around;
  taken.prediction = *prediction;
  return taken;
}

Result<TakenUpdate> Validator::update(const EntityUpdate& update, std::pmr::memory_resource& arena) const {
  bool is_user = update.kind == EntityKind::User;
  std::string_view what = is_user ? "user" : "item";
  if (!wire::is_id(update.id)) return Error{Code::Invalid, id_problem(what, update.id)};
  const auto& declared = is_user ? app_.user_attributes : app_.item_attributes;
  const auto& vectors = is_user ? app_.user_vectors : app_.item_vectors;
  bool patch = update.mode == UpdateMode::Patch;
  auto attributes = fields(update.attributes, declared, patch, arena);
  if (attributes) attributes = with_vectors(*attributes, declared.size(), update.vectors, vectors, patch, arena);
  if (!attributes)
    return Error{Code::Invalid, std::string(what) + " '" + std::string(update.id) + "': " + attributes.error().message};
  return TakenUpdate{is_user, update.mode, copy(update.id, arena), *attributes};
}

std::optional<journal::PredictionId> parse_prediction_id(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  if (text.size() != 26 || text[0] > '7') return std::nullopt;
  __extension__ unsigned __int128 value = 0;
  for (char c : text) {
    size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    value = (value << 5) | digit;
  }
  journal::PredictionId id;
  for (size_t i = 16; i-- > 0; value >>= 8) id[i] = static_cast<uint8_t>(value);
  return id;
}

}  // namespace augury::ingest
