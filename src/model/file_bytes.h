// A whole file in memory, for what is read once: models and tables of rows.
#pragma once

#include <string>
#include <string_view>

#include "augury/result.h"

namespace augury::model {

// `what` names the file in errors: "model 'x.txt': cannot be read".
// NotFound: no such file. Unavailable: it cannot be read. Exhausted: over 1 GiB.
Result<std::string> file_bytes(const std::string& path, std::string_view what);

}  // namespace augury::model
