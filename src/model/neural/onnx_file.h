// Reads what an ONNX file says of itself, and refuses what no runtime should be handed.
//
// A runtime's own reader trusts a file; this one does not. Every message is walked within its bounds before: each
// tensor holds as many bytes as its shape says, each node reads values that exist, operators are those of the standard,
// and no path is followed out of the model's folder. External data beside the model is read into `bytes`, so that the
// runtime opens no file at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "augury/result.h"

namespace augury::model {

// An input or output of the graph.
struct OnnxPort {
  std::string name;
  int element_type = 0;        // TensorProto.DataType: 1 float, 6 int32, 7 int64, 11 double.
  std::vector<int64_t> shape;  // -1: any size.
  bool has_shape = false;
};

struct OnnxFile {
  std::string bytes;             // The whole model, data included.
  std::vector<OnnxPort> inputs;  // Those that are no initializers.
  std::vector<OnnxPort> outputs;
  std::vector<std::string> feature_names;  // metadata_props "feature_names", separated by commas.
  bool handles_missing = false;            // It asks IsNaN: it has its own answer to a missing value.
  uint64_t multiplications = 0;            // Per row, about: the weights that matrix products read.
  size_t nodes = 0;
};

// Whether the content is meant to be ONNX. No promise that it is sound.
bool is_onnx(std::string_view file);

// `folder` is where external data may lie; empty: nowhere. Corrupt: damage, with what and where. Invalid: a custom
// operator, external data outside the folder, functions nested too deep; by name. Memory: at most twice the file and
// its data.
Result<OnnxFile> read_onnx(std::string_view file, std::string_view name, const std::string& folder);

}  // namespace augury::model
