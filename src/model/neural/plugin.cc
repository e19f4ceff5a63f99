#include "model/neural/plugin.h"

#include <dlfcn.h>

#include <filesystem>
#include <vector>

#include "base/sync.h"

namespace augury::model {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibrary = "libaugury_openvino.so";

struct Opened {
  base::Mutex mutex;
  const NeuralRuntime* runtime AUGURY_GUARDED_BY(mutex) = nullptr;
};

Opened& opened() {
  static Opened one;
  return one;
}

// Beside the program or library that holds this code, or in lib/augury where it was installed.
std::vector<fs::path> places() {
  std::vector<fs::path> found;
  const auto add = [&](const fs::path& object) {
    std::error_code problem;
    const fs::path folder = fs::canonical(object, problem).parent_path();
    if (problem) return;
    for (const auto& place :
         {folder / kLibrary, folder / "augury" / kLibrary, folder.parent_path() / "lib" / "augury" / kLibrary})
      found.push_back(place);
  };
  Dl_info self{};
  if (dladdr(reinterpret_cast<const void*>(&opened), &self) != 0 && self.dli_fname != nullptr) add(self.dli_fname);
  add("/proc/self/exe");
  return found;
}

}  // namespace

Result<const NeuralRuntime*> open_neural_runtime(const std::string& file) {
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    return Error{Code::Unavailable, "neural runtime: " + std::string(dlerror()) +
                                        "; run tools/setup build and build again, or install it beside the program"};
  using Entry = const NeuralRuntime* (*)(int);
  const auto entry = reinterpret_cast<Entry>(dlsym(library, "augury_neural_runtime"));
  const NeuralRuntime* runtime = entry == nullptr ? nullptr : entry(kNeuralRuntimeVersion);
  if (runtime == nullptr)
    return Error{Code::Unavailable, "neural runtime: '" + file +
                                        (entry == nullptr ? "' is no neural runtime of Augury"
                                                          : "' comes from another version of Augury") +
                                        "; build both together"};
  return runtime;
}

Result<const NeuralRuntime*> neural_runtime() {
  base::Lock held(opened().mutex);
  if (opened().runtime != nullptr) return opened().runtime;
  std::string looked;
  for (const auto& place : places()) {
    std::error_code absent;
    if (const auto file = fs::canonical(place, absent); !absent) {  // Its own path finds its libraries: no link's.
      AUGURY_TRY(opened().runtime, open_neural_runtime(file.string()));
      return opened().runtime;
    }
    if (looked.find(place.string()) == std::string::npos) looked += (looked.empty() ? "" : ", ") + place.string();
  }
  return Error{Code::Unavailable, "neural runtime: it is not installed (looked for " + looked +
                                      "); neural models need OpenVINO: run tools/setup build, build again, and keep " +
                                      std::string(kLibrary) + " beside the program"};
}

std::string neural_runtime_in_use() {
  base::Lock held(opened().mutex);
  return opened().runtime == nullptr ? std::string() : std::string(opened().runtime->name());
}

}  // namespace augury::model
