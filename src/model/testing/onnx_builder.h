// Writes small ONNX files, sound ones and, on request, hostile ones.
//
//   OnnxBuilder net;
//   net.input("x", OnnxBuilder::kFloat, {-1, 2}).weights("w", {2, 1}, {1, 2}).node("MatMul", {"x", "w"}, {"y"});
//   std::string file = net.output("y", OnnxBuilder::kFloat, {-1, 1}).file();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"

namespace augury::model {

class OnnxBuilder {
 public:
  static constexpr int kFloat = 1, kInt32 = 6, kInt64 = 7, kString = 8, kDouble = 11;
  using Integers = std::vector<std::pair<std::string, int64_t>>;

  OnnxBuilder& input(std::string_view name, int type, const std::vector<int64_t>& shape);
  OnnxBuilder& output(std::string_view name, int type, const std::vector<int64_t>& shape);
  OnnxBuilder& weights(std::string_view name, const std::vector<int64_t>& shape, const std::vector<float>& values);
  OnnxBuilder& whole(std::string_view name, const std::vector<int64_t>& shape, const std::vector<int64_t>& values);
  // A float tensor whose data is in the file `location`.
  OnnxBuilder& external(std::string_view name, const std::vector<int64_t>& shape, std::string_view location,
                        uint64_t offset = 0);
  OnnxBuilder& node(std::string_view type, const std::vector<std::string>& inputs,
                    const std::vector<std::string>& outputs, const Integers& attributes = {},
                    std::string_view domain = {});
  OnnxBuilder& metadata(std::string_view key, std::string_view value);
  OnnxBuilder& raw_graph_field(uint32_t number, std::string_view bytes);

  std::string file() const;

 private:
  OnnxBuilder& port(uint32_t number, std::string_view name, int type, const std::vector<int64_t>& shape);

  std::string graph_;
  std::string metadata_;
};

// A protobuf field of bytes, for what the builder has no word for.
std::string protobuf_field(uint32_t number, std::string_view bytes);

// Layers of random weights with Relu between; one input "x" of [rows, sizes[0]], one output "y" of [rows,
// sizes.back()].
std::string random_mlp(base::Random& random, const std::vector<int64_t>& sizes);

}  // namespace augury::model
