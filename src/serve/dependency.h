// What an answer leans on, as something that may be far away, broken or silent.
//
// On one machine all of it is in this process and reached at once: then there is no Dependencies at all. A remote store
// implements it, and so does a test that wants one to fail or to hang.
#pragma once

#include <functional>
#include <string_view>

#include "augury/result.h"

namespace augury::serve {

enum class Dependency { Experiment, Cache, FeatureStore, Recall };

constexpr std::string_view to_string(Dependency d) {
  switch (d) {
    case Dependency::Experiment:
      return "experiment";
    case Dependency::Cache:
      return "cache";
    case Dependency::FeatureStore:
      return "feature store";
    case Dependency::Recall:
      return "recall";
  }
  return "unknown";
}

// Thread-safe.
class Dependencies {
 public:
  using Reached = std::move_only_function<void(Result<void>)>;
  virtual ~Dependencies() = default;
  // Calls `reached` once when what the next step needs is here, from any thread, at once or later. A caller that has
  // stopped waiting does not notice; one that is never called is given up at its deadline.
  virtual void reach(Dependency dependency, Reached reached) = 0;
};

}  // namespace augury::serve
