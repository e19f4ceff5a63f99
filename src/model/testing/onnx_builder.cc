#include "model/testing/onnx_builder.h"

#include <cstring>

#include "model/neural/protobuf_writer.h"

namespace augury::model {
namespace {

std::string number_field(uint32_t number, uint64_t value) {
  std::string out;
  put_protobuf_field(number, value, out);
  return out;
}

template <typename Value>
std::string raw(const std::vector<Value>& values) {
  std::string bytes(values.size() * sizeof(Value), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string tensor_head(std::string_view name, int type, const std::vector<int64_t>& shape) {
  std::string tensor;
  for (const int64_t size : shape) tensor += number_field(1, static_cast<uint64_t>(size));
  return tensor + number_field(2, static_cast<uint64_t>(type)) + protobuf_field(8, name);
}

}  // namespace

std::string protobuf_field(uint32_t number, std::string_view bytes) {
  std::string out;
  put_protobuf_field(number, bytes, out);
  return out;
}

OnnxBuilder& OnnxBuilder::port(uint32_t number, std::string_view name, int type, const std::vector<int64_t>& shape) {
  std::string dims;
  for (const int64_t size : shape)
    dims += protobuf_field(1, size < 0 ? protobuf_field(2, "rows") : number_field(1, static_cast<uint64_t>(size)));
  const std::string tensor = number_field(1, static_cast<uint64_t>(type)) + protobuf_field(2, dims);
  graph_ += protobuf_field(number, protobuf_field(1, name) + protobuf_field(2, protobuf_field(1, tensor)));
  return *this;
}

OnnxBuilder& OnnxBuilder::input(std::string_view name, int type, const std::vector<int64_t>& shape) {
  return port(11, name, type, shape);
}

OnnxBuilder& OnnxBuilder::output(std::string_view name, int type, const std::vector<int64_t>& shape) {
  return port(12, name, type, shape);
}

OnnxBuilder& OnnxBuilder::weights(std::string_view name, const std::vector<int64_t>& shape,
                                  const std::vector<float>& values) {
  return raw_graph_field(5, tensor_head(name, kFloat, shape) + protobuf_field(9, raw(values)));
}

OnnxBuilder& OnnxBuilder::whole(std::string_view name, const std::vector<int64_t>& shape,
                                const std::vector<int64_t>& values) {
  return raw_graph_field(5, tensor_head(name, kInt64, shape) + protobuf_field(9, raw(values)));
}

OnnxBuilder& OnnxBuilder::external(std::string_view name, const std::vector<int64_t>& shape, std::string_view location,
                                   uint64_t offset) {
  const auto entry = [](std::string_view key, std::string_view value) {
    return protobuf_field(13, protobuf_field(1, key) + protobuf_field(2, value));
  };
  return raw_graph_field(5, tensor_head(name, kFloat, shape) + entry("location", location) +
                                entry("offset", std::to_string(offset)) + number_field(14, 1));
}

OnnxBuilder& OnnxBuilder::node(std::string_view type, const std::vector<std::string>& inputs,
                               const std::vector<std::string>& outputs, const Integers& attributes,
                               std::string_view domain) {
  std::string node;
  for (const auto& name : inputs) node += protobuf_field(1, name);
  for (const auto& name : outputs) node += protobuf_field(2, name);
  node += protobuf_field(4, type);
  for (const auto& [name, value] : attributes)
    node += protobuf_field(
        5, protobuf_field(1, name) + number_field(3, static_cast<uint64_t>(value)) + number_field(20, 2));
  if (!domain.empty()) node += protobuf_field(7, domain);
  return raw_graph_field(1, node);
}

OnnxBuilder& OnnxBuilder::metadata(std::string_view key, std::string_view value) {
  metadata_ += protobuf_field(14, protobuf_field(1, key) + protobuf_field(2, value));
  return *this;
}

OnnxBuilder& OnnxBuilder::raw_graph_field(uint32_t number, std::string_view bytes) {
  graph_ += protobuf_field(number, bytes);
  return *this;
}

std::string OnnxBuilder::file() const {
  return number_field(1, 8) + protobuf_field(7, graph_ + protobuf_field(2, "graph")) +
         protobuf_field(8, number_field(2, 17)) + metadata_;
}

std::string random_mlp(base::Random& random, const std::vector<int64_t>& sizes) {
  OnnxBuilder net;
  net.input("x", OnnxBuilder::kFloat, {-1, sizes[0]});
  std::string from = "x";
  for (size_t layer = 1; layer < sizes.size(); ++layer) {
    const std::string number = std::to_string(layer);
    const bool last = layer + 1 == sizes.size();
    std::vector<float> values(static_cast<size_t>(sizes[layer - 1] * sizes[layer]));
    for (float& value : values) value = static_cast<float>(random.uniform() - 0.5);
    net.weights("w" + number, {sizes[layer - 1], sizes[layer]}, values);
    net.node("MatMul", {from, "w" + number}, {last ? "y" : "a" + number});
    if (!last) net.node("Relu", {"a" + number}, {"h" + number});
    from = "h" + number;
  }
  return net.output("y", OnnxBuilder::kFloat, {-1, sizes.back()}).file();
}

}  // namespace augury::model
