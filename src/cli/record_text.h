// A journal record as one line of JSON, its numbers turned back into names.
#pragma once

#include <string>

#include "journal/record.h"
#include "store/catalog/dictionary.h"

namespace augury::cli {

std::string record_text(const journal::Record& record, uint64_t sequence, const store::Dictionary& names);

}  // namespace augury::cli
