// Whole files and folders, for what is small: settings, models, lists.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "augury/result.h"

namespace augury::io {

// NotFound: no such file. Invalid: a folder, or larger than `bytes_max`. Unavailable: it cannot be read.
Result<std::string> read_file(const std::string& path, uint64_t bytes_max);

// The file has the old content or the new one, whatever happens meanwhile, and the new one when this returns.
// Exhausted: the disk is full.
Result<void> write_file(const std::string& path, std::string_view bytes);

// With the folders above it. No error if it is there.
Result<void> make_folder(const std::string& path);

}  // namespace augury::io
