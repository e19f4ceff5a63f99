// Whom a command speaks to: a running server (--url), or an engine opened here on the data folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "augury/engine.h"
#include "augury/result.h"
#include "cli/command.h"

namespace augury::cli {

// The flags that choose it, the same in every command that asks or tells.
struct TargetFlags {
  std::string url;
  std::string app_file;
  std::string data = "augury-data";
  void describe(Flags& flags);
};

class Target {
 public:
  // Invalid: neither --url nor an app file was given.
  static Result<std::unique_ptr<Target>> open(const TargetFlags& flags, Context& context);
  virtual ~Target() = default;
  // Unavailable: nobody answered.
  virtual Result<Reply> call(std::string_view method, std::string_view path, std::string_view body) = 0;
};

// What an error reply says.
std::string error_message(const Reply& reply);
// The same as an error, of a reply of 300 and above.
Error refusal(const Reply& reply);

// Calls and prints the body; kDone for 2xx, kFailed otherwise with the error's message on standard error.
int call_and_print(Target& target, std::string_view method, std::string_view path, std::string_view body);

}  // namespace augury::cli
