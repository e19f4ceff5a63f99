// Reading the members of a request, collecting everything that is wrong with them.
//
//   JsonInput in(arena);
//   AUGURY_TRY(auto root, in.read(request));
//   request.user_id = in.text(root, "user_id");
//   request.count = in.integer(root, "num_predictions");
//   if (in.failed()) return in.error();
#pragma once

#include <initializer_list>
#include <memory>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/error_table.h"
#include "augury/entity.h"
#include "augury/result.h"
#include "augury/time.h"
#include "augury/value.h"
#include "wire/json_reader.h"

namespace augury::api {

// Memory for one request; freed together.
using Arena = std::pmr::monotonic_buffer_resource;

// Not thread-safe (one per request). What it gives lives as long as the arena and the reader's text.
class JsonInput {
 public:
  JsonInput(Arena& arena, wire::JsonReader& reader) : arena_(arena), reader_(reader) {}

  // The whole body; it must be an object (or, with `or_array`, an array).
  Result<wire::JsonValue> read(std::string_view body, bool or_array = false);

  // Absent and null are the same: empty. A wrong type is noted as a detail.
  std::string_view text(const wire::JsonValue& object, std::string_view name);
  std::optional<int64_t> integer(const wire::JsonValue& object, std::string_view name);
  std::optional<double> number(const wire::JsonValue& object, std::string_view name);
  std::optional<bool> boolean(const wire::JsonValue& object, std::string_view name);
  std::optional<Timestamp> time(const wire::JsonValue& object, std::string_view name);
  std::span<const std::string_view> texts(const wire::JsonValue& object, std::string_view name);
  // Members of the object `name` as values, but for `without`.
  std::span<const NamedValue> values(const wire::JsonValue& object, std::string_view name,
                                     std::string_view without = {});
  // Members of the object `name` as vectors; null is one without numbers.
  std::span<const NamedVector> vectors(const wire::JsonValue& object, std::string_view name);
  std::optional<wire::JsonValue> object(const wire::JsonValue& parent, std::string_view name);
  // Members not in `known`.
  std::vector<std::string_view> unknown(const wire::JsonValue& object, std::initializer_list<std::string_view> known);

  void problem(std::string_view name, std::string message);
  // Where the object being read stands in the request, for details: "[17].".
  void at(std::string prefix) { prefix_ = std::move(prefix); }
  bool failed() const { return !details_.empty(); }
  const std::vector<Detail>& details() const { return details_; }
  // "fields.price: expected …", the first thing that was wrong.
  std::optional<std::string> first_problem() const;
  net::HttpReply error() const;

  template <typename T>
  std::span<T> array(size_t n) {
    auto* first = static_cast<T*>(arena_.allocate(n * sizeof(T), alignof(T)));
    std::uninitialized_default_construct_n(first, n);
    return {first, n};
  }

 private:
  std::optional<Value> value(const wire::JsonValue& json);
  std::span<const double> numbers(const wire::JsonValue& json, const std::string& name);

  Arena& arena_;
  wire::JsonReader& reader_;
  std::string prefix_;
  std::vector<Detail> details_;
};

std::optional<Timestamp> json_time(const wire::JsonValue& value);

}  // namespace augury::api
