// From a cell of a file to the JSON the API takes: the one place that knows how each type of the app file is read.
#pragma once

#include <string>

#include "cli/importing/mapping.h"
#include "definition/expression.h"
#include "wire/json_writer.h"
#include "wire/record_reader.h"

namespace augury::cli::importing {

// Writes `cell` as a value of `type`; the cell is not empty. Returns what is wrong with it, and has then written
// nothing: "found 'abc', expected a number".
std::string write_cell(const wire::Cell& cell, definition::Type type, const Mapping& mapping, wire::JsonWriter& json);

// Writes the cell as the kind it has in the file, for what the app file does not declare.
void write_as_found(const wire::Cell& cell, wire::JsonWriter& json);

// An id, an event's name: text, or a whole number as its digits. Empty if it is neither; may borrow `room`.
std::string_view id_text(const wire::Cell& cell, std::string& room);

}  // namespace augury::cli::importing
