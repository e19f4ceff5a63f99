// One value while it is being computed with: a field, an attribute, a piece of context, a feature.
//
// Cheap to copy; text, lists and vectors are borrowed from whoever made the Datum (the dictionary, a request, an
// arena).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "augury/time.h"
#include "augury/value.h"

namespace augury::definition {

// Names are numbers inside. Each kind counts from 1; 0 means "none" or "not numbered".
enum class NameKind : uint8_t { User, Item, Session, Text };

// A member of a list feature.
struct ListEntry {
  uint32_t number = 0;  // Of the item or text named.
  std::string_view id;
  double weight = 1;
};

// A text with the number the dictionary gave it, 0 if it has none (constants, request context).
struct Text {
  std::string_view bytes;
  uint32_t number = 0;
};

struct Datum {
  enum class Kind : uint8_t { Missing, Number, Boolean, Text, Texts, Time, Location, List, Vector };

  Kind kind = Kind::Missing;
  union {
    double number = 0;
    bool boolean;
    int64_t time_us;
    Location location;
    Text text;
    std::span<const Text> texts;
    std::span<const ListEntry> list;
    std::span<const float> vector;
  };

  Datum() {}
  static Datum of(double x) {
    Datum d;
    d.kind = Kind::Number;
    d.number = x;
    return d;
  }
  static Datum of(bool x) {
    Datum d;
    d.kind = Kind::Boolean;
    d.boolean = x;
    return d;
  }
  static Datum of(Timestamp x) {
    Datum d;
    d.kind = Kind::Time;
    d.time_us = micros(x);
    return d;
  }
  static Datum of(Location x) {
    Datum d;
    d.kind = Kind::Location;
    d.location = x;
    return d;
  }
  static Datum of(Text x) {
    Datum d;
    d.kind = Kind::Text;
    d.text = x;
    return d;
  }
  static Datum of(std::span<const Text> x) {
    Datum d;
    d.kind = Kind::Texts;
    d.texts = x;
    return d;
  }
  static Datum of(std::span<const ListEntry> x) {
    Datum d;
    d.kind = Kind::List;
    d.list = x;
    return d;
  }
  static Datum of(std::span<const float> x) {
    Datum d;
    d.kind = Kind::Vector;
    d.vector = x;
    return d;
  }

  bool missing() const { return kind == Kind::Missing; }
  // NaN where missing; true is 1; a time is seconds since 1970. Anything else is NaN.
  double as_number() const;
};

}  // namespace augury::definition
