// An answer as a person reads it.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"
#include "wire/json_reader.h"

namespace augury::cli {

// The reasons of one item, a line each.
std::string reasons_text(const wire::JsonValue& item);

// The predictions of a /v1/predict body as lines, then what the answer says of itself; with `rows_max` only that many.
std::string answer_table(std::string_view body, size_t rows_max = 1000);

// Prints it; kFailed and the server's message for an error.
int print_answer(const Reply& reply);

}  // namespace augury::cli
