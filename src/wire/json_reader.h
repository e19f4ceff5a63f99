// Reads JSON strictly: everything is validated before anything is seen, also members nobody asks for.
//
//   JsonReader reader;                            // keep it: its buffers are used again
//   AUGURY_TRY(auto root, reader.read(body));
//   if (auto user = root.find("user_id")) use(user->text());
//
// Refused: invalid UTF-8, bytes behind the value, nesting deeper than 64, numbers beyond a double. Of members with the
// same name find() sees the last.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "augury/result.h"

namespace augury::wire {

constexpr size_t kJsonDepthMax = 64;

// A place in what a JsonReader has read; 16 bytes, copied freely. It and every text it gives live until the reader's
// next read().
class JsonValue {
 public:
  enum class Type { Null, Boolean, Number, Text, Array, Object };
  Type type() const;
  bool is_null() const { return type() == Type::Null; }

  // Empty if it is of another type.
  std::optional<bool> boolean() const;
  std::optional<double> number() const;
  std::optional<int64_t> integer() const;  // Whole numbers only; 10.0 is one. Up to 2^63 if written as an integer.
  std::optional<std::string_view> text() const;

  // The member of that name; empty if there is none or this is no object.
  std::optional<JsonValue> find(std::string_view name) const;
  // Elements of an array, members of an object; 0 for anything else.
  size_t size() const;

  struct Member;
  class Elements;
  class Members;
  // In the order written; nothing if it is no array, no object.
  Elements elements() const;
  Members members() const;

 private:
  friend class JsonReader;
  using Bits = std::array<uint64_t, 2>;
  explicit JsonValue(Bits bits) : bits_(bits) {}
  Bits bits_;
};

struct JsonValue::Member {
  std::string_view name;
  JsonValue value;
};

class JsonValue::Elements {
 public:
  class Iterator {
   public:
    JsonValue operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator&) const = default;

   private:
    friend class JsonValue;
    explicit Iterator(Bits at) : at_(at) {}
    Bits at_;
  };
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  friend class JsonValue;
  Elements(Iterator begin, Iterator end) : begin_(begin), end_(end) {}
  Iterator begin_;
  Iterator end_;
};

class JsonValue::Members {
 public:
  class Iterator {
   public:
    Member operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator&) const = default;

   private:
    friend class JsonValue;
    explicit Iterator(Bits at) : at_(at) {}
    Bits at_;
  };
  Iterator begin() const { return begin_; }
  Iterator end() const { return end_; }

 private:
  friend class JsonValue;
  Members(Iterator begin, Iterator end) : begin_(begin), end_(end) {}
  Iterator begin_;
  Iterator end_;
};

// Not thread-safe: one per thread. Its memory grows to the largest text read; after one above 1 MiB it shrinks again
// with the next small one.
class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(JsonReader&&) noexcept;
  JsonReader& operator=(JsonReader&&) noexcept;

  // Copies `text`; it may go away. Invalid: what is wrong.
  Result<JsonValue> read(std::string_view text);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace augury::wire
