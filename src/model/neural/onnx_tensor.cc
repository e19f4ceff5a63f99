#include <charconv>
#include <limits>

#include "model/neural/onnx_graph.h"
#include "model/neural/protobuf_reader.h"

namespace augury::model {
namespace {

constexpr uint64_t kElementsMax = uint64_t{1} << 31;

// Bits of one element by TensorProto.DataType; 0: text; -1: no such type.
int bits_of(uint64_t type) {
  switch (type) {
    case 2:
    case 3:
    case 9:
    case 17:
    case 18:
    case 19:
    case 20:
      return 8;
    case 4:
    case 5:
    case 10:
    case 16:
      return 16;
    case 1:
    case 6:
    case 12:
      return 32;
    case 7:
    case 11:
    case 13:
    case 14:
      return 64;
    case 15:
      return 128;
    case 21:
    case 22:
    case 23:
      return 4;
    case 8:
      return 0;
    default:
      return -1;
  }
}

// How many values the typed lists of the message hold.
struct Stored {
  uint64_t type = 0;
  int types = 0;
  std::vector<uint64_t> dims;
  bool is_raw = false;
  uint64_t raw_bytes = 0;
  uint64_t values = 0;  // In float_data and its like.
  bool is_damaged = false;
};

void count_values(const ProtobufField& field, Stored& stored) {
  const bool packed = field.type == WireType::Bytes;
  if (field.number == 6) {
    ++stored.values;  // string_data
  } else if (field.number == 4 || field.number == 10) {
    const size_t size = field.number == 4 ? 4 : 8;
    stored.is_damaged |= packed && field.bytes.size() % size != 0;
    stored.values += packed ? field.bytes.size() / size : 1;
  } else {
    const int64_t count = packed ? count_varints(field.bytes) : 1;
    stored.is_damaged |= count < 0;
    stored.values += static_cast<uint64_t>(std::max<int64_t>(count, 0));
  }
}

bool read_dims(const ProtobufField& field, std::vector<uint64_t>& dims) {
  if (field.type == WireType::Varint) {
    dims.push_back(field.integer);
    return true;
  }
  if (field.type != WireType::Bytes) return false;
  std::string_view left = field.bytes;
  for (uint64_t size = 0; !left.empty(); dims.push_back(size))
    if (!take_varint(left, size)) return false;
  return true;
}

bool read_size(std::string_view text, uint64_t& value) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && end == text.data() + text.size();
}

bool read_external(std::string_view entry, OnnxTensor& tensor) {
  ProtobufReader reader(entry);
  std::string_view key, value;
  for (ProtobufField field; reader.next(field);) (field.number == 1 ? key : value) = field.bytes;
  if (reader.broken()) return false;
  if (key == "location") tensor.location = std::string(value);
  if (key == "offset") return read_size(value, tensor.offset);
  if (key == "length") return read_size(value, tensor.length);
  return true;
}

Result<void> check_size(const Stored& stored, OnnxTensor& tensor) {
  const auto corrupt = [&](const std::string& what) {
    return Error{Code::Corrupt, "tensor '" + std::string(tensor.name) + "': " + what};
  };
  const int bits = bits_of(stored.type);
  if (bits < 0 || stored.types != 1) return corrupt("element type " + std::to_string(stored.type) + " is none of ONNX");
  if (stored.is_damaged) return corrupt("its values end in the middle of one");
  tensor.elements = 1;
  for (const uint64_t size : stored.dims) {
    if (size > kElementsMax || (size > 0 && tensor.elements > kElementsMax / size))
      return corrupt("its shape has over 2^31 elements");
    tensor.elements *= size;
  }
  tensor.bytes = (tensor.elements * static_cast<uint64_t>(bits) + 7) / 8;
  if (tensor.is_external) return {};
  // Complex numbers take two values, half a byte shares one with its neighbour.
  const uint64_t per_value = stored.type == 14 || stored.type == 15 ? 2 : 1;
  const uint64_t values = bits == 4 ? (tensor.elements + 1) / 2 : tensor.elements * per_value;
  if (stored.is_raw && (stored.raw_bytes != tensor.bytes || bits == 0 || stored.values > 0))
    return corrupt("holds " + std::to_string(stored.raw_bytes) + " bytes, its shape says " +
                   std::to_string(tensor.bytes));
  if (!stored.is_raw && stored.values != values)
    return corrupt("holds " + std::to_string(stored.values) + " values, its shape says " + std::to_string(values));
  return {};
}

}  // namespace

Result<OnnxTensor> read_onnx_tensor(std::string_view message) {
  OnnxTensor tensor;
  Stored stored;
  ProtobufReader reader(message);
  for (ProtobufField field; reader.next(field);) {
    const bool is_bytes = field.type == WireType::Bytes;
    if (field.number == 1) {
      stored.is_damaged |= !read_dims(field, stored.dims);
    } else if (field.number == 2) {
      stored.type = field.integer, ++stored.types;
    } else if (field.number == 8 && is_bytes) {
      tensor.name = field.bytes;
    } else if (field.number == 9 && is_bytes) {
      stored.is_damaged |= stored.is_raw;
      stored.is_raw = true, stored.raw_bytes = field.bytes.size();
    } else if (field.number == 13 && is_bytes) {
      tensor.is_external = true;
      stored.is_damaged |= !read_external(field.bytes, tensor);
    } else if (field.number == 14) {
      tensor.is_external |= field.integer != 0;
    } else if ((field.number >= 4 && field.number <= 7) || field.number == 10 || field.number == 11) {
      count_values(field, stored);
    }
  }
  if (reader.broken()) return Error{Code::Corrupt, "a tensor's message is damaged"};
  AUGURY_TRY_VOID(check_size(stored, tensor));
  return tensor;
}

}  // namespace augury::model
