// What Augury asks of a library that runs neural networks, so that there can be another one.
//
// A runtime lives in a shared library of its own, opened when the first neural model is loaded (plugin.h): a server
// without one pays neither memory nor start-up. The library exports
//
//     extern "C" const augury::model::NeuralRuntime* augury_neural_runtime(int version);
//
// which answers null for a version of this header that it was not built with. runtime_suite.h is what every runtime
// must pass.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"

namespace augury::model {

inline constexpr int kNeuralRuntimeVersion = 1;  // Of this header; plug-in and program come from one build.

enum class ElementType { Float32, Float64, Int32, Int64, Other };

// An input or output of a network as the runtime sees it.
struct NeuralPort {
  std::string name;
  ElementType type = ElementType::Other;
  std::vector<int64_t> shape;  // -1: any size.
  bool has_rank = true;        // False: even the number of dimensions is unknown.
};

// Values of one input, row-major, of its port's element type; borrowed for the call.
struct NeuralInput {
  const void* data = nullptr;
  std::vector<size_t> shape;
};

// Thread-safe: several threads may call run() at once. A run keeps one processor busy, no more.
class NeuralNetwork {
 public:
  virtual ~NeuralNetwork() = default;

  virtual std::span<const NeuralPort> inputs() const = 0;  // In the file's order.
  virtual const NeuralPort& output() const = 0;

  // Fills `out` with the output, row-major, as doubles. Invalid: shapes that the network cannot take, or an output of
  // another size than `out`; nothing is then written. `inputs` are in the order of inputs().
  virtual Result<void> run(std::span<const NeuralInput> inputs, std::span<double> out) const = 0;
};

// Thread-safe; lives until the program ends.
class NeuralRuntime {
 public:
  virtual ~NeuralRuntime() = default;

  virtual std::string_view name() const = 0;  // With its version: "OpenVINO 2026.4.1".

  // `onnx` is a whole model with all its data inside, checked by read_onnx(). Only `output` is computed. Invalid: an
  // operator or shape it cannot take; the message is the runtime's.
  virtual Result<std::unique_ptr<NeuralNetwork>> compile(std::string_view onnx, std::string_view output) const = 0;
};

}  // namespace augury::model
