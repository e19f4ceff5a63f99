// The name a model file's content gives it.
#pragma once

#include <string>
#include <string_view>

namespace augury::model {

// The SHA-256 of `bytes`, 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

// What answers and exposures call a version: the first 12 digits.
inline std::string version_of(std::string_view file) { return sha256_hex(file).substr(0, 12); }

}  // namespace augury::model
