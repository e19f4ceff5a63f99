// The graph of an ONNX model, checked node by node: what read_onnx() does below the model's own fields.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "augury/result.h"
#include "model/neural/onnx_file.h"

namespace augury::model {

// A tensor stored in the file, or beside it.
struct OnnxTensor {
  std::string_view name;
  uint64_t elements = 0;
  uint64_t bytes = 0;  // 0: text.
  bool is_external = false;
  std::string location;
  uint64_t offset = 0;
  uint64_t length = 0;  // 0: not said.
};

// Corrupt: the stored values are not what the shape says. Invalid: an unknown element type.
Result<OnnxTensor> read_onnx_tensor(std::string_view message);

// Reads graphs and function bodies into `out`; Not thread-safe.
class OnnxGraphReader {
 public:
  // Operators that the model itself defines, as "domain:name".
  explicit OnnxGraphReader(OnnxFile& out, std::set<std::string> functions)
      : out_(out), functions_(std::move(functions)) {}

  Result<void> graph(std::string_view message);
  Result<void> function(std::string_view message);

 private:
  using Names = std::unordered_set<std::string_view>;

  Result<void> read_graph(std::string_view message, int depth);
  Result<void> declare_port(std::string_view message, bool is_input, int depth);
  Result<void> node(std::string_view message, int depth);
  Result<void> attribute(std::string_view message, int depth);
  Result<void> inner_tensor(std::string_view message);
  bool is_defined(std::string_view name) const;
  void count_weights(std::string_view name);

  OnnxFile& out_;
  const std::set<std::string> functions_;
  std::vector<Names> scopes_;  // Innermost last: what a node may read.
  std::unordered_map<std::string_view, uint64_t> weights_;
};

}  // namespace augury::model
