// Finds and opens the library that runs neural networks, once, when the first neural model is loaded.
#pragma once

#include <string>

#include "augury/result.h"
#include "model/neural/runtime.h"

namespace augury::model {

// Opened on the first call and never closed. Unavailable, with the folders looked in and what to install, while it is
// not there; the next call looks again. Thread-safe.
Result<const NeuralRuntime*> neural_runtime();

// The same for the library `file`, without remembering it.
Result<const NeuralRuntime*> open_neural_runtime(const std::string& file);

// What is open: "OpenVINO 2026.4.1"; empty while none is.
std::string neural_runtime_in_use();

}  // namespace augury::model
