// What a file's columns are to us, where their names do not already say it.
//
//   columns:     {user_id: CustomerID, item_id: StockCode, timestamp: InvoiceDate, price: UnitPrice}
//   constants:   {event: purchase}
//   event_names: {addtocart: cart, transaction: purchase}
//   time:        "%d/%m/%Y %H:%M"
//   separator:   "|"
//
// Our names are those of the API: event_id event user_id session_id item_id timestamp prediction_id, then fields.NAME,
// context.NAME, attributes.NAME; a field or an attribute may be called by its name alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"
#include "augury/time.h"

namespace augury::cli::importing {

// How a time is written. Without more being said: RFC 3339, the same without a zone (then UTC), or seconds or
// milliseconds since 1970 by their size.
struct TimeFormat {
  enum class Unit { Guess, Seconds, Milliseconds, Microseconds, Nanoseconds, Pattern };
  Unit unit = Unit::Guess;
  std::string pattern;  // As of strptime: "%d/%m/%Y %H:%M"; UTC unless it has %z.

  // "s", "ms", "us", "ns" or a pattern.
  static Result<TimeFormat> parse(std::string_view text);
  std::optional<Timestamp> read(std::string_view text) const;
  std::optional<Timestamp> read(double number) const;
  std::optional<Timestamp> read(int64_t number) const;
};

struct Mapping {
  std::map<std::string, std::string> columns;      // Ours -> the file's.
  std::map<std::string, std::string> constants;    // Ours -> the value for every record.
  std::map<std::string, std::string> event_names;  // The file's -> the app's.
  TimeFormat time;
  std::string separator = "|";  // Between the texts of a list in one cell.

  // "user_id=CustomerID" into `into`. `flag` is for the message.
  static Result<void> add(std::string_view pair, std::string_view flag, std::map<std::string, std::string>& into);
};

// Invalid: file:line:column and what to mend, all problems at once.
Result<Mapping> read_mapping(std::string_view text, const std::string& file);

}  // namespace augury::cli::importing
