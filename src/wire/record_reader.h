// A table in a file, record by record: CSV, TSV, lines of JSON, Parquet.
//
//   AUGURY_TRY(auto records, open_csv(source, {}));
//   records->select({"user_id", "price"});               // the cells of a record come in this order
//   for (Record record;;) {
//     AUGURY_TRY(bool more, records->next(record));
//     if (!more) break;
//     if (!record.problem.empty()) report(record.number, record.problem);
//   }
//
// A record that cannot be read says so and does not end the reading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "augury/result.h"
#include "augury/time.h"
#include "wire/json_reader.h"

namespace augury::wire {

// Fills the front of `into` with the next bytes of a file and returns how many; 0 at the end.
using ByteSource = std::move_only_function<Result<size_t>(std::span<char> into)>;

// What stands in one column of one record. A text of CSV may mean anything; the other formats know what they hold.
// monostate: nothing (an empty field of CSV, null, an absent member).
using Cell = std::variant<std::monostate, std::string_view, double, int64_t, bool, Timestamp,
                          std::vector<std::string_view>, std::vector<double>, JsonValue>;

// "the text 'abc'", "a list of numbers": short enough for a message.
std::string show(const Cell& cell);

// The cell a value of JSON is. Lists of one kind are lists, other lists and objects stay JSON.
Cell cell_of(const JsonValue& value);

// Borrowed from the reader: lives until its next next().
struct Record {
  uint64_t number = 0;  // Of the line it begins in, or of the row, counted from 1.
  std::span<const Cell> cells;
  std::string problem;  // Not empty: it cannot be read, this is why, and it has no cells.
};

// One longer than this is refused: most often a quote that is opened and never closed.
constexpr size_t kRecordBytesMax = 1 << 20;

// Not thread-safe.
class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // The names of its columns; null where each record has its own (lines of JSON).
  virtual const std::vector<std::string>* columns() const = 0;
  // Names of columns, members ("price", "fields.price" of a nested one). One that is not there reads as nothing.
  virtual void select(const std::vector<std::string>& names) = 0;
  // False at the end. Errors are those of the file as a whole.
  virtual Result<bool> next(Record& record) = 0;
};

struct CsvOptions {
  char delimiter = ',';
  bool quotes = true;  // "a, ""b""" is one field. TSV files have none: a quote there is a character.
  bool header = true;  // The first record names the columns; without one they are called 1, 2, 3, ...
};

// A byte order mark is passed over; lines end in \n or \r\n; empty ones are passed over. Invalid: nothing to read, or
// two columns of one name.
Result<std::unique_ptr<RecordReader>> open_csv(ByteSource source, const CsvOptions& options);

// A JSON object per line.
std::unique_ptr<RecordReader> open_ndjson(ByteSource source);

}  // namespace augury::wire
