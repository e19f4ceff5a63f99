#include "wire/value_stream.h"

namespace augury::wire {

std::string_view to_string(ValueStream::Kind kind) {
  switch (kind) {
    case ValueStream::Kind::Null:
      return "null";
    case ValueStream::Kind::Boolean:
      return "true or false";
    case ValueStream::Kind::Number:
      return "a number";
    case ValueStream::Kind::Text:
      return "a text";
    case ValueStream::Kind::Array:
      return "an array";
    case ValueStream::Kind::Object:
      return "an object";
  }
  return "nothing";
}

Error ValueStream::wrong(std::string_view found, std::string_view expected) const {
  return Error{Code::Corrupt, "byte " + std::to_string(offset()) + ": found " + std::string(found) + ", expected " +
                                  std::string(expected)};
}

Result<void> ValueStream::skip() {
  std::string ignored;
  size_t depth = 0;
  do {
    AUGURY_TRY(const Kind here, kind());
    switch (here) {
      case Kind::Null:
        AUGURY_TRY_VOID(null());
        break;
      case Kind::Boolean:
        AUGURY_TRY_VOID(boolean());
        break;
      case Kind::Number:
        AUGURY_TRY_VOID(number());
        break;
      case Kind::Text:
        AUGURY_TRY_VOID(text());
        break;
      case Kind::Array:
        AUGURY_TRY_VOID(begin_array());
        ++depth;
        break;
      case Kind::Object:
        AUGURY_TRY_VOID(begin_object());
        ++depth;
        break;
    }
    for (bool more = false; depth > 0 && !more; depth -= more ? 0 : 1) {
      AUGURY_TRY(more, inside_object() ? next_member(ignored) : next_element());
    }
  } while (depth > 0);
  return {};
}

}  // namespace augury::wire
