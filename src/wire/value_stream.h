// A document read front to back, one value at a time, without a tree in memory: JSON or UBJSON behind one face.
//
//   AUGURY_TRY_VOID(in.begin_object());
//   std::string name;
//   for (;;) {
//     AUGURY_TRY(const bool more, in.next_member(name));
//     if (!more) break;
//     if (name == "weight") { AUGURY_TRY(weight, in.number()); }
//     else AUGURY_TRY_VOID(in.skip());
//   }
//
// For documents too large or too deep for JsonReader, which checks everything before anything is seen: here an error
// may come after a part was read, and what is skipped is only as correct as it takes to find its end. Takes memory for
// the depth of the document, not for its size.
//
// Not thread-safe: one reader owns it. Borrows the document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "augury/result.h"

namespace augury::wire {

class ValueStream {
 public:
  enum class Kind : uint8_t { Null, Boolean, Number, Text, Array, Object };

  virtual ~ValueStream() = default;

  // What stands here. Takes nothing.
  virtual Result<Kind> kind() = 0;

  // These take the value that stands here. Corrupt, with the place, if it is of another kind.
  virtual Result<bool> boolean() = 0;
  virtual Result<double> number() = 0;
  virtual Result<float> number_as_float() = 0;  // The float nearest to what is written, not to its double.
  virtual Result<int64_t> integer() = 0;        // Corrupt too if it has a fraction or does not fit.
  virtual Result<std::string> text() = 0;
  virtual Result<void> null() = 0;

  virtual Result<void> begin_object() = 0;
  virtual Result<void> begin_array() = 0;
  // Whether another member or element of the innermost open object or array follows; if not, it is closed.
  virtual Result<bool> next_member(std::string& name) = 0;
  virtual Result<bool> next_element() = 0;

  // Corrupt unless nothing but white space is left.
  virtual Result<void> end() = 0;

  // Takes the value that stands here, whatever it is and holds.
  Result<void> skip();

  // Where the next value begins.
  virtual size_t offset() const = 0;
  // Corrupt: "byte 17: found ..., expected ...".
  Error wrong(std::string_view found, std::string_view expected) const;

 protected:
  virtual bool inside_object() const = 0;
};

std::string_view to_string(ValueStream::Kind kind);

// JSON, and what programs write in its stead: NaN, Infinity, -Infinity as numbers. Deeper than 65,536 is refused.
std::unique_ptr<ValueStream> json_stream(std::string_view text);

// UBJSON, draft 12: all of it but optimized objects and high-precision numbers. Lengths are checked against what is
// left before anything is taken for them. Deeper than 64 is refused.
std::unique_ptr<ValueStream> ubjson_stream(std::string_view bytes);

}  // namespace augury::wire
