// Rows to train the demo's models on: what the features were worth when an item was shown, and whether it was clicked.
#pragma once

#include <cstdint>
#include <string>

#include "augury/result.h"

namespace augury::cli::demo {

// Lets the shop live for two simulated weeks inside an embedded engine and writes a CSV line per shown item to
// `out_file`: visit, clicked, then each of the app's number features. The features are read from the engine itself at
// the moment of the showing, so training sees what serving will see. The same seed writes the same file.
Result<void> write_training_rows(const std::string& app_file, const std::string& data_folder,
                                 const std::string& out_file, uint64_t seed, int visits);

}  // namespace augury::cli::demo
