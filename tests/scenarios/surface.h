// Where a scenario is played: on the embedded engine, or over HTTP. Two surfaces, one truth.
#pragma once

#include <memory>
#include <string>

#include "augury/result.h"
#include "scenarios/script.h"

namespace augury::scenarios {

// What a step led to, in the words of the wire.
struct Outcome {
  std::vector<std::string> items;
  std::vector<std::string> explanations;
  std::string level;
  std::string reason;
  std::string variant;
  std::string error;
  std::string refused;
  std::string value;
};

class Surface {
 public:
  virtual ~Surface() = default;
  virtual std::string name() const = 0;
  virtual Result<void> open(const std::string& app_file, const std::string& data_folder) = 0;
  virtual void close() = 0;
  virtual Result<Outcome> play(const Step& step) = 0;
};

std::unique_ptr<Surface> embedded_surface();
std::unique_ptr<Surface> http_surface();

}  // namespace augury::scenarios
