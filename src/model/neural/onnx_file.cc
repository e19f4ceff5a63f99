#include "model/neural/onnx_file.h"

#include <filesystem>

#include "model/file_bytes.h"
#include "model/neural/onnx_graph.h"
#include "model/neural/protobuf_reader.h"
#include "model/neural/protobuf_writer.h"

namespace augury::model {
namespace {

namespace fs = std::filesystem;

// Fields of ModelProto.
enum Field : uint32_t { kGraph = 7, kOpsets = 8, kMetadata = 14, kTraining = 20, kFunctions = 25 };

// Where external data lies: inside `folder`, links followed.
Result<fs::path> inside(const std::string& folder, const OnnxTensor& tensor) {
  const auto refused = [&](const std::string& why) {
    return Error{Code::Invalid,
                 "tensor '" + std::string(tensor.name) + "': its data is in '" + tensor.location + "', " + why};
  };
  if (folder.empty()) return refused("a file, expected all data inside the model");
  if (tensor.location.empty() || tensor.location.find('\0') != std::string::npos) return refused("which is no name");
  std::error_code problem;
  const fs::path root = fs::canonical(folder, problem);
  const fs::path path = fs::weakly_canonical(root / tensor.location, problem);
  const auto from_root = path.lexically_relative(root);
  if (problem || from_root.empty() || *from_root.begin() == "..")
    return refused("outside the model's folder, where nothing is read");
  if (!fs::is_regular_file(path, problem)) return refused("which is no file beside the model");
  return path;
}

// Reads external data into initializers, so that the model is in one piece.
class Inliner {
 public:
  explicit Inliner(const std::string& folder) : folder_(folder) {}

  Result<std::string> model(std::string_view file) {
    std::string out;
    ProtobufReader reader(file);
    for (ProtobufField field; reader.next(field);) {
      if (field.number != kGraph) {
        out += field.whole;
        continue;
      }
      AUGURY_TRY(const std::string inner, graph(field.bytes));
      put_protobuf_field(kGraph, inner, out);
    }
    return out;
  }

 private:
  Result<std::string> graph(std::string_view message) {
    std::string out;
    ProtobufReader reader(message);
    for (ProtobufField field; reader.next(field);) {
      if (field.number != 5) {
        out += field.whole;
        continue;
      }
      AUGURY_TRY(const auto tensor, read_onnx_tensor(field.bytes));
      if (!tensor.is_external) {
        out += field.whole;
        continue;
      }
      AUGURY_TRY(const std::string inner, with_data(field.bytes, tensor));
      put_protobuf_field(5, inner, out);
    }
    return out;
  }

  Result<std::string> with_data(std::string_view message, const OnnxTensor& tensor) {
    AUGURY_TRY(const fs::path path, inside(folder_, tensor));
    if (path != path_) {
      AUGURY_TRY(bytes_, file_bytes(path.string(), "external data"));
      path_ = path;
    }
    if (tensor.bytes == 0 || tensor.offset > bytes_.size() || tensor.bytes > bytes_.size() - tensor.offset ||
        (tensor.length != 0 && tensor.length != tensor.bytes))
      return Error{Code::Corrupt, "tensor '" + std::string(tensor.name) + "': its shape says " +
                                      std::to_string(tensor.bytes) + " bytes at " + std::to_string(tensor.offset) +
                                      " of '" + tensor.location + "', which holds " + std::to_string(bytes_.size())};
    std::string out;
    ProtobufReader reader(message);
    for (ProtobufField field; reader.next(field);)
      if (field.number == 1 || field.number == 2 || field.number == 8) out += field.whole;
    put_protobuf_field(9, std::string_view(bytes_).substr(tensor.offset, tensor.bytes), out);
    return out;
  }

  const std::string& folder_;
  fs::path path_;  // Of the file in bytes_: most models have one.
  std::string bytes_;
};

bool has_external_data(std::string_view graph) {
  ProtobufReader reader(graph);
  for (ProtobufField field; reader.next(field);)
    if (field.number == 5)
      if (auto tensor = read_onnx_tensor(field.bytes); tensor && tensor->is_external) return true;
  return false;
}

std::string function_name(std::string_view message) {
  std::string name, domain;
  ProtobufReader reader(message);
  for (ProtobufField field; reader.next(field);) {
    if (field.number == 1) name = std::string(field.bytes);
    if (field.number == 10) domain = std::string(field.bytes);
  }
  return domain + ":" + name;
}

void read_metadata(std::string_view entry, OnnxFile& out) {
  std::string_view key, value;
  ProtobufReader reader(entry);
  for (ProtobufField field; reader.next(field);) (field.number == 1 ? key : value) = field.bytes;
  if (key != "feature_names" || value.empty()) return;
  for (size_t from = 0; from <= value.size();) {
    const size_t to = std::min(value.find(',', from), value.size());
    out.feature_names.emplace_back(value.substr(from, to - from));
    from = to + 1;
  }
}

// The model's own fields: one graph, its functions, its names.
Result<OnnxFile> read_fields(std::string_view file, std::string_view& graph) {
  OnnxFile out;
  std::set<std::string> functions;
  std::vector<std::string_view> bodies;
  int graphs = 0, opsets = 0;
  ProtobufReader reader(file);
  for (ProtobufField field; reader.next(field);) {
    if (field.number == kGraph) graph = field.bytes, ++graphs;
    if (field.number == kOpsets) ++opsets;
    if (field.number == kMetadata) read_metadata(field.bytes, out);
    if (field.number == kTraining) return Error{Code::Invalid, "holds training steps, expected a model to score with"};
    if (field.number != kFunctions) continue;
    functions.insert(function_name(field.bytes));
    bodies.push_back(field.bytes);
  }
  if (reader.broken()) return Error{Code::Corrupt, "the file is cut off or damaged"};
  if (graphs != 1 || opsets == 0)
    return Error{Code::Corrupt, "found " + std::to_string(graphs) + " graphs and " + std::to_string(opsets) +
                                    " operator sets, expected one graph and at least one set"};
  OnnxGraphReader graphs_reader(out, std::move(functions));
  for (const auto body : bodies) AUGURY_TRY_VOID(graphs_reader.function(body));
  AUGURY_TRY_VOID(graphs_reader.graph(graph));
  return out;
}

}  // namespace

bool is_onnx(std::string_view file) {
  // Writers begin with ir_version; a damaged tail is still ONNX, and refused as such.
  if (file.size() >= 2 && file[0] == 0x08 && file[1] > 0 && file[1] < 64) {
    if (file.size() == 2) return true;
    const auto next = static_cast<uint8_t>(file[2]);
    return (next & 7) == 2 || next == 0x28;  // A text or message, or model_version.
  }
  if (file.empty() || (file[0] != 0x3a && file[0] != 0x42 && file[0] != 0x12)) return false;
  bool has_graph = false;
  ProtobufReader reader(file);
  for (ProtobufField field; reader.next(field);) {
    if (field.number > kFunctions) return false;
    has_graph |= field.number == kGraph && field.type == WireType::Bytes;
  }
  return has_graph && !reader.broken();
}

Result<OnnxFile> read_onnx(std::string_view file, std::string_view name, const std::string& folder) {
  const auto named = [&](Error error) {
    error.message = "model '" + std::string(name) + "': " + error.message;
    return error;
  };
  std::string_view graph;
  auto out = read_fields(file, graph);
  if (!out) return named(out.error());
  if (!has_external_data(graph)) {
    out->bytes = std::string(file);
    return out;
  }
  auto whole = Inliner(folder).model(file);
  if (!whole) return named(whole.error());
  out->bytes = std::move(*whole);
  return out;
}

}  // namespace augury::model
