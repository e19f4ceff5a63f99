#include "wire/json_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

namespace augury::wire {
namespace {

namespace dom = simdjson::dom;
constexpr size_t kKeptBytes = size_t{1} << 20;
constexpr size_t kFirstBytes = size_t{16} << 10;

static_assert(sizeof(dom::element) == 16 && std::is_trivially_copyable_v<dom::element>);
static_assert(sizeof(dom::array::iterator) == 16 && std::is_trivially_copyable_v<dom::array::iterator>);
static_assert(sizeof(dom::object::iterator) == 16 && std::is_trivially_copyable_v<dom::object::iterator>);

template <typename To, typename From>
To as(const From& from) {
  return std::bit_cast<To>(from);
}

template <typename T>
std::optional<T> get(dom::element element) {
  T out{};
  return element.get(out) == simdjson::SUCCESS ? std::optional(out) : std::nullopt;
}

std::string explain(simdjson::error_code code) {
  switch (code) {
    case simdjson::DEPTH_ERROR:
      return "not accepted: JSON nested deeper than 64 levels";
    case simdjson::EMPTY:
      return "not valid JSON: it is empty";
    case simdjson::UTF8_ERROR:
      return "not valid JSON: the text is not UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "not valid JSON: a string is not closed";
    case simdjson::UNESCAPED_CHARS:
      return "not valid JSON: a control character inside a string is not escaped";
    case simdjson::NUMBER_ERROR:
      return "not valid JSON: a number is malformed or too large";
    case simdjson::STRING_ERROR:
      return "not valid JSON: a string has a malformed escape";
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
      return "not valid JSON: a word that is not true, false or null";
    case simdjson::TAPE_ERROR:
      return "not valid JSON: a bracket, comma, colon or quote is missing or out of place";
    default:
      return std::string("not valid JSON: ") + simdjson::error_message(code);
  }
}

}  // namespace

JsonValue::Type JsonValue::type() const {
  switch (as<dom::element>(bits_).type()) {
    case dom::element_type::ARRAY:
      return Type::Array;
    case dom::element_type::OBJECT:
      return Type::Object;
    case dom::element_type::STRING:
      return Type::Text;
    case dom::element_type::BOOL:
      return Type::Boolean;
    case dom::element_type::NULL_VALUE:
      return Type::Null;
    default:
      return Type::Number;
  }
}

std::optional<bool> JsonValue::boolean() const { return get<bool>(as<dom::element>(bits_)); }
std::optional<double> JsonValue::number() const { return get<double>(as<dom::element>(bits_)); }
std::optional<std::string_view> JsonValue::text() const { return get<std::string_view>(as<dom::element>(bits_)); }

std::optional<int64_t> JsonValue::integer() const {
  if (auto whole = get<int64_t>(as<dom::element>(bits_))) return whole;
  auto x = number();
  if (!x || std::abs(*x) > 0x1p53 || std::floor(*x) != *x) return std::nullopt;
  return static_cast<int64_t>(*x);
}

std::optional<JsonValue> JsonValue::find(std::string_view name) const {
  std::optional<JsonValue> found;
  for (auto member : members())
    if (member.name == name) found = member.value;
  return found;
}

size_t JsonValue::size() const {
  size_t count = 0;
  if (type() == Type::Array)
    for ([[maybe_unused]] auto element : elements()) ++count;
  if (type() == Type::Object)
    for ([[maybe_unused]] auto member : members()) ++count;
  return count;
}

JsonValue::Elements JsonValue::elements() const {
  dom::array array;
  if (as<dom::element>(bits_).get(array) != simdjson::SUCCESS)
    return {Elements::Iterator(bits_), Elements::Iterator(bits_)};
  return {Elements::Iterator(as<Bits>(array.begin())), Elements::Iterator(as<Bits>(array.end()))};
}

JsonValue::Members JsonValue::members() const {
  dom::object object;
  if (as<dom::element>(bits_).get(object) != simdjson::SUCCESS)
    return {Members::Iterator(bits_), Members::Iterator(bits_)};
  return {Members::Iterator(as<Bits>(object.begin())), Members::Iterator(as<Bits>(object.end()))};
}

JsonValue JsonValue::Elements::Iterator::operator*() const {
  return JsonValue(as<Bits>(*as<dom::array::iterator>(at_)));
}

JsonValue::Elements::Iterator& JsonValue::Elements::Iterator::operator++() {
  auto at = as<dom::array::iterator>(at_);
  at_ = as<Bits>(++at);
  return *this;
}

JsonValue::Member JsonValue::Members::Iterator::operator*() const {
  auto at = as<dom::object::iterator>(at_);
  return {at.key(), JsonValue(as<Bits>(at.value()))};
}

JsonValue::Members::Iterator& JsonValue::Members::Iterator::operator++() {
  auto at = as<dom::object::iterator>(at_);
  at_ = as<Bits>(++at);
  return *this;
}

struct JsonReader::Parser {
  dom::parser inner;
  std::unique_ptr<char[]> padded;  // The text and the zeros that must stand behind it.
  size_t room = 0;                 // Bytes of text that fit.

  simdjson::error_code make_room(size_t bytes) {
    if (padded && bytes <= room && !(room > kKeptBytes && bytes <= kKeptBytes)) return simdjson::SUCCESS;
    size_t wanted = std::max(kFirstBytes, std::bit_ceil(bytes));
    inner = dom::parser();
    padded = std::make_unique_for_overwrite<char[]>(wanted + simdjson::SIMDJSON_PADDING);
    room = wanted;
    if (auto failed = inner.doc.allocate(wanted)) return failed;
    return inner.allocate(wanted, kJsonDepthMax);
  }
};

JsonReader::JsonReader() : parser_(std::make_unique<Parser>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

Result<JsonValue> JsonReader::read(std::string_view text) {
  Parser& parser = *parser_;
  if (auto failed = parser.make_room(text.size())) return Error{Code::Exhausted, explain(failed)};
  if (!text.empty()) std::memcpy(parser.padded.get(), text.data(), text.size());
  std::memset(parser.padded.get() + text.size(), 0, simdjson::SIMDJSON_PADDING);
  dom::element root;
  auto failed = parser.inner.parse(parser.padded.get(), text.size(), false).get(root);
  if (failed) return Error{Code::Invalid, explain(failed)};
  return JsonValue(as<JsonValue::Bits>(root));
}

}  // namespace augury::wire
