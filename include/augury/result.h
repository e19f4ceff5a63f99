// Success with a value, or an error that says what to do.
//
// Nothing in Augury throws across this boundary: a function that can fail returns
// Result<T>, and the compiler refuses to let one be dropped.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace augury {

// Seven, chosen by what the caller can do about it.
enum class Code {
  Invalid,      // The request is wrong: change it.
  NotFound,     // No such thing: check the name.
  Conflict,     // It exists already with other content, or somebody else holds it.
  Exhausted,    // A limit or the disk is full: wait, or raise the limit.
  Deadline,     // Too late: ask again, with more time.
  Unavailable,  // Something this needs is not there now: try again later.
  Corrupt,      // Stored bytes are damaged: repair or restore.
};

constexpr std::string_view to_string(Code code) {
  switch (code) {
    case Code::Invalid:
      return "Invalid";
    case Code::NotFound:
      return "NotFound";
    case Code::Conflict:
      return "Conflict";
    case Code::Exhausted:
      return "Exhausted";
    case Code::Deadline:
      return "Deadline";
    case Code::Unavailable:
      return "Unavailable";
    case Code::Corrupt:
      return "Corrupt";
  }
  return "Unknown";
}

// `message`: what was tried, on what, what happened, what to do.
struct Error {
  Code code = Code::Invalid;
  std::string message;
};

template <typename T>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
  Result(Error error) : std::expected<T, Error>(std::unexpect, std::move(error)) {}
};

template <>
class [[nodiscard]] Result<void> : public std::expected<void, Error> {
 public:
  using std::expected<void, Error>::expected;
  Result(Error error) : std::expected<void, Error>(std::unexpect, std::move(error)) {}
};

}  // namespace augury

// AUGURY_TRY(auto x, f());   x is the value of f(), or this function returns f()'s error.
#define AUGURY_TRY(declaration, ...) AUGURY_TRY_NAMED(AUGURY_JOIN(augury_try_, __LINE__), declaration, __VA_ARGS__)
// AUGURY_TRY_VOID(f());      the same for a Result whose value is not wanted.
#define AUGURY_TRY_VOID(...) \
  if (auto augury_tried = (__VA_ARGS__); !augury_tried) return ::augury::Error(std::move(augury_tried).error())
#define AUGURY_TRY_NAMED(name, declaration, ...)              \
  auto name = (__VA_ARGS__);                                  \
  if (!name) return ::augury::Error(std::move(name).error()); \
  declaration = std::move(*name)
#define AUGURY_JOIN(a, b) AUGURY_JOIN_TEXT(a, b)
#define AUGURY_JOIN_TEXT(a, b) a##b
