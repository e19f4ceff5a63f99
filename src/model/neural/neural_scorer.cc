#include "model/neural/neural_scorer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace augury::model {
namespace {

constexpr size_t kRowsAtOnce = 1024;     // Bounds the buffers of one run.
constexpr size_t kColumnsMax = 100'000;  // Of all inputs together.

// Measured, per row in a batch of a hundred.
constexpr double kMultiplicationNanoseconds = 0.02;
constexpr double kNodeNanoseconds = 10;

Error invalid(const std::string& what) { return Error{Code::Invalid, what}; }

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

std::string shape_text(std::span<const int64_t> shape) {
  std::string text = "[";
  for (const int64_t size : shape)
    text += (text.size() > 1 ? ", " : "") + (size < 0 ? std::string("?") : std::to_string(size));
  return text + "]";
}

bool is_whole_type(ElementType type) { return type == ElementType::Int32 || type == ElementType::Int64; }

// The one output to compute: of floats, and the only one, so that nobody guesses.
Result<std::string> chosen_output(const OnnxFile& file) {
  std::string all;
  std::vector<std::string> floats;
  for (const auto& port : file.outputs) {
    all += (all.empty() ? "" : ", ") + quoted(port.name);
    if (port.element_type == 1 || port.element_type == 11) floats.push_back(port.name);
  }
  if (floats.size() == 1) return floats[0];
  return invalid("has the outputs " + (all.empty() ? "(none)" : all) + ", " + std::to_string(floats.size()) +
                 " of them floats; expected one output of floats, the score: export the model with that one alone");
}

// OpenVINO looks int64 up as int32: beyond that a number would become another one.
bool is_whole(double value) { return value == std::floor(value) && std::abs(value) <= 2147483647.0; }

// A runtime prepares itself for each number of rows it meets, which costs ten runs: so it meets few. The rows added are
// zeros, and nobody looks at their scores.
size_t rounded_up(size_t rows) {
  if (rows <= 16) return std::bit_ceil(rows);
  const size_t step = rows <= 128 ? 16 : 64;
  return (rows + step - 1) / step * step;
}

}  // namespace

// The values of a run, laid out as the network wants them.
class NeuralScorer::Group {
 public:
  Group(const std::vector<Port>& ports, size_t rows) : ports_(ports), rows_(rows) {
    buffers_.resize(ports.size());
    for (size_t i = 0; i < ports.size(); ++i) {
      const auto& port = ports[i];
      const size_t bytes =
          port.type == ElementType::Float32 || port.type == ElementType::Int32 ? sizeof(float) : sizeof(double);
      buffers_[i].resize((rows * port.width * bytes + sizeof(double) - 1) / sizeof(double));
      std::vector<size_t> shape{rows};
      if (!port.is_flat) shape.push_back(port.width);
      inputs_.push_back({buffers_[i].data(), std::move(shape)});
    }
  }

  void put(size_t port, size_t row, size_t place, double value) {
    const size_t at = row * ports_[port].width + place;
    void* data = buffers_[port].data();
    switch (ports_[port].type) {
      case ElementType::Float32:
        static_cast<float*>(data)[at] = static_cast<float>(value);
        break;
      case ElementType::Float64:
        static_cast<double*>(data)[at] = value;
        break;
      case ElementType::Int32:
        static_cast<int32_t*>(data)[at] = static_cast<int32_t>(value);
        break;
      default:
        static_cast<int64_t*>(data)[at] = static_cast<int64_t>(value);
    }
  }

  std::span<const NeuralInput> inputs() const { return inputs_; }

 private:
  const std::vector<Port>& ports_;
  const size_t rows_;
  std::vector<std::vector<double>> buffers_;  // Doubles for their alignment; zeros where nothing was put.
  std::vector<NeuralInput> inputs_;
};

Result<std::shared_ptr<const Scorer>> NeuralScorer::make(const NeuralRuntime& runtime, OnnxFile file,
                                                         std::string_view name, std::string version) {
  const auto named = [&](Error error) {
    error.message = "model " + quoted(name) + ": " + error.message;
    return error;
  };
  auto scorer = std::shared_ptr<NeuralScorer>(new NeuralScorer());
  auto output = chosen_output(file);
  if (!output) return named(output.error());
  auto network = runtime.compile(file.bytes, *output);
  if (!network) return named(network.error());
  scorer->network_ = std::move(*network);
  scorer->version_ = std::move(version);
  scorer->handles_missing_ = file.handles_missing;
  scorer->nanoseconds_ = kMultiplicationNanoseconds * static_cast<double>(file.multiplications) +
                         kNodeNanoseconds * static_cast<double>(file.nodes + 1);
  if (auto bound = scorer->bind(file); !bound) return named(bound.error());
  return std::shared_ptr<const Scorer>(std::move(scorer));
}

Result<void> NeuralScorer::bind(const OnnxFile& file) {
  const auto inputs = network_->inputs();
  if (inputs.empty()) return invalid("has no inputs, expected one per feature or one of [rows, features]");
  for (const auto& input : inputs) AUGURY_TRY_VOID(bind_input(input, inputs.size()));
  if (!file.feature_names.empty()) {
    if (inputs.size() != 1 || file.feature_names.size() != names_.size())
      return invalid("its metadata names " + std::to_string(file.feature_names.size()) + " features, its inputs take " +
                     std::to_string(names_.size()));
    names_ = file.feature_names;
    has_names_ = true;
  }
  return bind_output();
}

Result<void> NeuralScorer::bind_input(const NeuralPort& from, size_t of) {
  const std::string what = "input " + quoted(from.name) + " ";
  if (from.type == ElementType::Other)
    return invalid(what + "takes neither float, double, int32 nor int64, and features are numbers");
  if (!from.has_rank || from.shape.empty() || from.shape.size() > 2)
    return invalid(what + "has the shape " + (from.has_rank ? shape_text(from.shape) : "(unknown)") +
                   ", expected [rows] or [rows, columns]");
  const int64_t rows = from.shape[0];
  const auto fixed = static_cast<size_t>(std::max<int64_t>(rows, 0));
  if (rows == 0 || (!ports_.empty() && fixed != fixed_rows_))
    return invalid(what + "has " + shape_text(from.shape) + ", whose rows are not those of the other inputs");
  fixed_rows_ = fixed;
  Port port{from.name, from.type, names_.size(), 1, from.shape.size() == 1};
  if (!port.is_flat) {
    if (from.shape[1] < 1 || from.shape[1] > static_cast<int64_t>(kColumnsMax))
      return invalid(what + "has the shape " + shape_text(from.shape) + ", expected a fixed number of columns to " +
                     std::to_string(kColumnsMax));
    port.width = static_cast<size_t>(from.shape[1]);
  }
  has_names_ = of > 1 || port.width == 1;
  for (size_t i = 0; i < port.width; ++i)
    names_.push_back(port.width == 1 ? port.name : port.name + "[" + std::to_string(i) + "]");
  if (names_.size() > kColumnsMax) return invalid("takes over " + std::to_string(kColumnsMax) + " columns");
  ports_.push_back(std::move(port));
  return {};
}

// Shapes that the file leaves open are learned from a row of zeros; a row of zeros may also be one it cannot take.
Result<void> NeuralScorer::bind_output() {
  const auto& output = network_->output();
  const size_t rows = std::max<size_t>(fixed_rows_, 1);
  if (output.has_rank && (output.shape.empty() || output.shape.size() > 2))
    return invalid("output " + quoted(output.name) + " has the shape " + shape_text(output.shape) +
                   ", expected [rows], [rows, 1] or [rows, classes]");
  if (output.has_rank && output.shape[0] >= 0 && static_cast<size_t>(output.shape[0]) != fixed_rows_)
    return invalid("output " + quoted(output.name) + " has the shape " + shape_text(output.shape) +
                   ", whose rows are not those of the inputs");
  if (output.has_rank)
    width_ = output.shape.size() == 1 ? 1 : static_cast<size_t>(std::max<int64_t>(output.shape[1], 0));
  if (!output.has_rank || width_ == 0)
    return invalid("output " + quoted(output.name) + " has no known width, expected [rows], [rows, 1] or " +
                   "[rows, classes]: export the model with shapes");
  outputs_ = width_ == 2 ? 1 : width_;
  const Group zeros(ports_, rows);
  std::vector<double> answer(rows * width_);
  return network_->run(zeros.inputs(), answer);
}

Result<void> NeuralScorer::score(std::span<const float> rows, size_t count, std::span<double> out, Output) const {
  AUGURY_TRY_VOID(check_shape(rows.size(), count, out.size()));
  return score_rows(rows, count, out);
}

Result<void> NeuralScorer::score(std::span<const double> rows, size_t count, std::span<double> out, Output) const {
  AUGURY_TRY_VOID(check_shape(rows.size(), count, out.size()));
  return score_rows(rows, count, out);
}

template <typename Value>
Result<void> NeuralScorer::score_rows(std::span<const Value> rows, size_t count, std::span<double> out) const {
  const size_t step = fixed_rows_ > 0 ? fixed_rows_ : kRowsAtOnce;
  for (size_t first = 0; first < count; first += step)
    AUGURY_TRY_VOID(score_group(rows, first, std::min(step, count - first), out));
  return {};
}

template <typename Value>
Result<void> NeuralScorer::score_group(std::span<const Value> rows, size_t first, size_t count,
                                       std::span<double> out) const {
  const size_t height = fixed_rows_ > 0 ? fixed_rows_ : rounded_up(count);
  Group group(ports_, height);
  std::vector<bool> missing(count);
  for (size_t row = 0; row < count; ++row) {
    const Value* values = rows.data() + (first + row) * names_.size();
    for (size_t p = 0; p < ports_.size(); ++p)
      for (size_t i = 0; i < ports_[p].width; ++i) {
        const auto value = static_cast<double>(values[ports_[p].column + i]);
        const bool whole = is_whole_type(ports_[p].type);
        if (std::isnan(value) && (whole || !handles_missing_)) {
          missing[row] = true;  // The network sees a zero there.
          continue;
        }
        if (whole && !is_whole(value))
          return invalid("input " + quoted(names_[ports_[p].column + i]) + ", row " + std::to_string(first + row) +
                         ": found " + std::to_string(value) + ", expected a whole number below 2^31");
        group.put(p, row, i, value);
      }
  }
  std::vector<double> answer(height * width_);
  AUGURY_TRY_VOID(network_->run(group.inputs(), answer));
  for (size_t row = 0; row < count; ++row)
    for (size_t i = 0; i < outputs_; ++i)
      out[(first + row) * outputs_ + i] =
          missing[row] ? std::numeric_limits<double>::quiet_NaN() : answer[row * width_ + (width_ == 2 ? 1 : i)];
  return {};
}

Result<std::vector<double>> NeuralScorer::contributions(std::span<const float> row, int) const {
  return invalid("contributions: a neural network is not a sum of its " + std::to_string(names_.size()) +
                 " inputs (found a row of " + std::to_string(row.size()) + ")");
}

}  // namespace augury::model
