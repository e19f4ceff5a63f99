// libaugury_openvino.so: OpenVINO behind NeuralRuntime. The only file that sees its headers.
#include <openvino/openvino.hpp>

#include <algorithm>
#include <cstdlib>
#include <mutex>

#include "model/neural/runtime.h"

namespace augury::model {
namespace {

ElementType element_type(const ov::element::Type& type) {
  if (type == ov::element::f32) return ElementType::Float32;
  if (type == ov::element::f64) return ElementType::Float64;
  if (type == ov::element::i32) return ElementType::Int32;
  if (type == ov::element::i64) return ElementType::Int64;
  return ElementType::Other;
}

NeuralPort port_of(const ov::Output<const ov::Node>& from) {
  NeuralPort port;
  if (!from.get_names().empty()) port.name = from.get_any_name();
  port.type = element_type(from.get_element_type());
  const auto& shape = from.get_partial_shape();
  port.has_rank = shape.rank().is_static();
  if (port.has_rank)
    for (const auto& size : shape) port.shape.push_back(size.is_static() ? size.get_length() : -1);
  return port;
}

template <typename Value>
void widen(const ov::Tensor& from, std::span<double> to) {
  const auto* values = from.data<const Value>();
  std::copy(values, values + to.size(), to.begin());
}

// Their exceptions stop here. Only the reason: the rest is a trace through their source and advice about their tools.
std::string reason(const std::exception& thrown) {
  std::string text = thrown.what();
  constexpr std::string_view kNoRule = "No conversion rule found for operations: ";
  if (const size_t at = text.find(kNoRule); at != std::string::npos) {
    text.erase(0, at + kNoRule.size());
    return "it has no operator " + text.substr(0, text.find('\n'));
  }
  while (text.starts_with("Exception from ") || text.starts_with("Check '")) {
    const size_t end = text.find('\n');
    if (end == std::string::npos || end + 1 >= text.size()) break;
    text.erase(0, end + 1);
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  text.erase(text.find_last_not_of(' ') + 1);
  return text.substr(0, 400);
}

template <typename Work>
auto guarded(std::string_view what, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& thrown) {
    return Error{Code::Invalid, "OpenVINO cannot " + std::string(what) + ": " + reason(thrown)};
  } catch (...) {
    return Error{Code::Invalid, "OpenVINO cannot " + std::string(what)};
  }
}

class Network final : public NeuralNetwork {
 public:
  explicit Network(ov::CompiledModel compiled) : compiled_(std::move(compiled)) {
    for (const auto& input : compiled_.inputs()) inputs_.push_back(port_of(input));
    output_ = port_of(compiled_.output());
  }

  std::span<const NeuralPort> inputs() const override { return inputs_; }
  const NeuralPort& output() const override { return output_; }

  Result<void> run(std::span<const NeuralInput> inputs, std::span<double> out) const override {
    return guarded("run the network", [&]() -> Result<void> {
      if (inputs.size() != inputs_.size())
        return Error{Code::Invalid,
                     "found " + std::to_string(inputs.size()) + " inputs, expected " + std::to_string(inputs_.size())};
      ov::InferRequest request = take();
      for (size_t i = 0; i < inputs.size(); ++i)
        request.set_input_tensor(i, ov::Tensor(compiled_.input(i).get_element_type(), ov::Shape(inputs[i].shape),
                                               const_cast<void*>(inputs[i].data)));
      request.infer();
      AUGURY_TRY_VOID(read(request.get_output_tensor(), out));
      give_back(std::move(request));
      return {};
    });
  }

 private:
  static Result<void> read(const ov::Tensor& from, std::span<double> out) {
    if (from.get_size() != out.size())
      return Error{Code::Invalid, "the network answered " + std::to_string(from.get_size()) + " values, expected " +
                                      std::to_string(out.size())};
    switch (element_type(from.get_element_type())) {
      case ElementType::Float32:
        return widen<float>(from, out), Result<void>{};
      case ElementType::Float64:
        return widen<double>(from, out), Result<void>{};
      case ElementType::Int32:
        return widen<int32_t>(from, out), Result<void>{};
      case ElementType::Int64:
        return widen<int64_t>(from, out), Result<void>{};
      case ElementType::Other:
        break;
    }
    return Error{Code::Invalid, "the network answers no numbers"};
  }

  // A request holds the buffers of one run; as many are made as ever run at once. One that failed is not kept.
  ov::InferRequest take() const {
    {
      std::lock_guard held(mutex_);
      if (!free_.empty()) {
        auto request = std::move(free_.back());
        free_.pop_back();
        return request;
      }
    }
    return const_cast<ov::CompiledModel&>(compiled_).create_infer_request();
  }
  void give_back(ov::InferRequest request) const {
    std::lock_guard held(mutex_);
    free_.push_back(std::move(request));
  }

  const ov::CompiledModel compiled_;
  std::vector<NeuralPort> inputs_;
  NeuralPort output_;
  mutable std::mutex mutex_;
  mutable std::vector<ov::InferRequest> free_;
};

class OpenVino final : public NeuralRuntime {
 public:
  OpenVino() : name_("OpenVINO " + std::string(ov::get_openvino_version().buildNumber)) {
    name_ = name_.substr(0, name_.find('-'));
  }

  std::string_view name() const override { return name_; }

  Result<std::unique_ptr<NeuralNetwork>> compile(std::string_view onnx, std::string_view output) const override {
    return guarded("take the model", [&]() -> Result<std::unique_ptr<NeuralNetwork>> {
      auto model = core().read_model(std::string(onnx), ov::Tensor());
      if (model->outputs().size() > 1)
        model =
            std::make_shared<ov::Model>(ov::OutputVector{model->output(std::string(output))}, model->get_parameters());
      // One thread per run: the server's own threads are the parallelism, over members; runs of one network take turns.
      // Full precision: scores do not depend on which machine answers. Not pinned: the threads are not OpenVINO's.
      auto compiled =
          core().compile_model(model, "CPU", ov::inference_num_threads(1), ov::num_streams(1),
                               ov::hint::enable_cpu_pinning(false), ov::hint::inference_precision(ov::element::f32));
      return std::make_unique<Network>(std::move(compiled));
    });
  }

 private:
  // Never taken down: at the end of a program its threads and ours would end in no order.
  static ov::Core& core() {
    static auto* one = new ov::Core();
    return *one;
  }

  std::string name_;
};

}  // namespace
}  // namespace augury::model

extern "C" __attribute__((visibility("default"))) const augury::model::NeuralRuntime* augury_neural_runtime(
    int version) {
  if (version != augury::model::kNeuralRuntimeVersion) return nullptr;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // Or TBB opens its parts in a way that sanitizers end the program for.
  ::setenv("TBB_ENABLE_SANITIZERS", "1", 0);
#endif
  static const auto* runtime = new augury::model::OpenVino();
  return runtime;
}
