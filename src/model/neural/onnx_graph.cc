#include "model/neural/onnx_graph.h"

#include <algorithm>

#include "model/neural/protobuf_reader.h"

namespace augury::model {
namespace {

constexpr int kDepthMax = 8;  // Graphs within graphs: If, Loop, Scan.
constexpr size_t kNodesMax = 100'000;

Error corrupt(const std::string& what) { return Error{Code::Corrupt, what}; }

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

bool is_standard(std::string_view domain) { return domain.empty() || domain == "ai.onnx"; }

bool is_matrix_product(std::string_view type) { return type == "MatMul" || type == "Gemm" || type == "Conv"; }

// TensorShapeProto: -1 for a size that has a name or none.
bool read_shape(std::string_view message, std::vector<int64_t>& shape) {
  ProtobufReader reader(message);
  for (ProtobufField field; reader.next(field);) {
    if (field.number != 1) continue;
    int64_t size = -1;
    ProtobufReader dim(field.bytes);
    for (ProtobufField part; dim.next(part);)
      if (part.number == 1 && part.type == WireType::Varint) size = static_cast<int64_t>(part.integer);
    if (dim.broken()) return false;
    shape.push_back(size < 0 ? -1 : size);
  }
  return !reader.broken();
}

// TypeProto: only tensors have an element type; sequences, maps and optionals leave it 0.
bool read_type(std::string_view message, OnnxPort& port) {
  ProtobufReader reader(message);
  for (ProtobufField field; reader.next(field);) {
    if (field.number != 1) continue;
    ProtobufReader tensor(field.bytes);
    for (ProtobufField part; tensor.next(part);) {
      if (part.number == 1) port.element_type = static_cast<int>(part.integer);
      if (part.number == 2) {
        port.has_shape = true;
        port.shape.clear();
        if (!read_shape(part.bytes, port.shape)) return false;
      }
    }
    if (tensor.broken()) return false;
  }
  return !reader.broken();
}

// All of a message's fields, since nodes may be written before the tensors they read.
std::vector<ProtobufField> fields_of(std::string_view message, bool& damaged) {
  std::vector<ProtobufField> fields;
  ProtobufReader reader(message);
  for (ProtobufField field; reader.next(field);) fields.push_back(field);
  damaged = reader.broken();
  return fields;
}

}  // namespace

bool OnnxGraphReader::is_defined(std::string_view name) const {
  return std::any_of(scopes_.rbegin(), scopes_.rend(), [&](const Names& names) { return names.contains(name); });
}

void OnnxGraphReader::count_weights(std::string_view name) {
  if (const auto found = weights_.find(name); found != weights_.end()) out_.multiplications += found->second;
}

Result<void> OnnxGraphReader::graph(std::string_view message) { return read_graph(message, 0); }

Result<void> OnnxGraphReader::declare_port(std::string_view message, bool is_input, int depth) {
  OnnxPort port;
  std::string_view name;
  ProtobufReader reader(message);
  for (ProtobufField field; reader.next(field);) {
    if (field.number == 1) name = field.bytes;
    if (field.number == 2 && !read_type(field.bytes, port))
      return corrupt("the type of " + quoted(name) + " is damaged");
  }
  if (reader.broken()) return corrupt("an input or output is damaged");
  port.name = std::string(name);
  const bool is_initializer = scopes_.back().contains(name);
  if (is_input) scopes_.back().insert(name);
  if (!is_input && !is_defined(name)) return corrupt("output " + quoted(name) + " is computed by no node");
  if (depth > 0 || (is_input && is_initializer)) return {};
  (is_input ? out_.inputs : out_.outputs).push_back(std::move(port));
  return {};
}

Result<void> OnnxGraphReader::read_graph(std::string_view message, int depth) {
  if (depth > kDepthMax) return Error{Code::Invalid, "graphs are nested over " + std::to_string(kDepthMax) + " deep"};
  bool damaged = false;
  const auto fields = fields_of(message, damaged);
  if (damaged) return corrupt("the graph's message is damaged");
  scopes_.emplace_back();
  for (const auto& field : fields) {
    if (field.number == 15) return Error{Code::Invalid, "sparse initializers are not built yet"};
    if (field.number != 5) continue;
    AUGURY_TRY(const auto tensor, read_onnx_tensor(field.bytes));
    if (tensor.is_external && depth > 0)
      return Error{Code::Invalid, "tensor " + quoted(tensor.name) + ": external data inside a node is refused"};
    if (!scopes_.back().insert(tensor.name).second)
      return corrupt("two initializers are called " + quoted(tensor.name));
    weights_[tensor.name] = tensor.elements;
  }
  for (const uint32_t number : {11u, 1u, 12u})  // Inputs, nodes, outputs.
    for (const auto& field : fields) {
      if (field.number != number) continue;
      if (number == 1) AUGURY_TRY_VOID(node(field.bytes, depth));
      if (number != 1) AUGURY_TRY_VOID(declare_port(field.bytes, number == 11, depth));
    }
  scopes_.pop_back();
  return {};
}

Result<void> OnnxGraphReader::function(std::string_view message) {
  bool damaged = false;
  const auto fields = fields_of(message, damaged);
  if (damaged) return corrupt("a function's message is damaged");
  scopes_.emplace_back();
  for (const auto& field : fields)
    if (field.number == 4) scopes_.back().insert(field.bytes);
  for (const auto& field : fields)
    if (field.number == 7) AUGURY_TRY_VOID(node(field.bytes, 1));
  scopes_.pop_back();
  return {};
}

Result<void> OnnxGraphReader::node(std::string_view message, int depth) {
  if (++out_.nodes > kNodesMax) return Error{Code::Invalid, "has over " + std::to_string(kNodesMax) + " nodes"};
  bool damaged = false;
  const auto fields = fields_of(message, damaged);
  if (damaged) return corrupt("node " + std::to_string(out_.nodes) + " is damaged");
  std::string_view type, domain;
  for (const auto& field : fields) {
    if (field.number == 4) type = field.bytes;
    if (field.number == 7) domain = field.bytes;
  }
  if (!is_standard(domain) && !functions_.contains(std::string(domain) + ":" + std::string(type)))
    return Error{Code::Invalid, "operator " + quoted(type) + " of domain " + quoted(domain) +
                                    " is a custom operator, which is code and refused; expected the standard ones"};
  out_.handles_missing |= type == "IsNaN";
  for (const auto& field : fields) {
    if (field.number == 1 && !field.bytes.empty() && !is_defined(field.bytes))
      return corrupt("operator " + quoted(type) + " reads " + quoted(field.bytes) + ", which nothing before it makes");
    if (field.number == 1 && is_matrix_product(type)) count_weights(field.bytes);
    if (field.number == 5) AUGURY_TRY_VOID(attribute(field.bytes, depth));
  }
  for (const auto& field : fields)
    if (field.number == 2 && !field.bytes.empty() && !scopes_.back().insert(field.bytes).second)
      return corrupt("operator " + quoted(type) + " makes " + quoted(field.bytes) + ", which is there already");
  return {};
}

Result<void> OnnxGraphReader::inner_tensor(std::string_view message) {
  AUGURY_TRY(const auto tensor, read_onnx_tensor(message));
  if (tensor.is_external)
    return Error{Code::Invalid, "tensor " + quoted(tensor.name) + ": external data inside a node is refused"};
  return {};
}

Result<void> OnnxGraphReader::attribute(std::string_view message, int depth) {
  int tensors = 0, graphs = 0;
  ProtobufReader reader(message);
  for (ProtobufField field; reader.next(field);) {
    if (field.type != WireType::Bytes) continue;
    if (field.number == 5 || field.number == 10) AUGURY_TRY_VOID(inner_tensor(field.bytes));
    if (field.number == 6 || field.number == 11) AUGURY_TRY_VOID(read_graph(field.bytes, depth + 1));
    if (field.number == 22 || field.number == 23) return Error{Code::Invalid, "sparse tensors are not built yet"};
    tensors += field.number == 5, graphs += field.number == 6;
  }
  if (reader.broken() || tensors > 1 || graphs > 1) return corrupt("an attribute is damaged");
  return {};
}

}  // namespace augury::model
