// One command of the program: what it is called, what it takes, what it does.
//
//   class Version : public Command {
//     Spec spec() const override { return {"version", "print the version", "augury version"}; }
//     void flags(Flags& flags) override { flags.option("--json", json_, "machine-readable"); }
//     int run(Context& context) override;
//   };
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/context.h"

namespace augury::cli {

// Exit codes other programs may rely on.
constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kCorrupt = 3;

// Where a command says what it takes; each variable keeps its default unless the flag is given.
class Flags {
 public:
  virtual ~Flags() = default;
  virtual void flag(const char* name, bool& value, const char* help) = 0;
  virtual void option(const char* name, std::string& value, const char* help) = 0;
  virtual void option(const char* name, int& value, const char* help) = 0;
  virtual void option(const char* name, uint64_t& value, const char* help) = 0;
  virtual void option(const char* name, double& value, const char* help) = 0;
  virtual void option(const char* name, std::vector<std::string>& values, const char* help) = 0;
  virtual void positional(const char* name, std::string& value, const char* help, bool required) = 0;
  virtual void positional(const char* name, std::vector<std::string>& values, const char* help, bool required) = 0;
};

class Command {
 public:
  struct Spec {
    const char* name;  // "serve"; "model score" for a command of a group.
    const char* summary;
    const char* example;  // Shown by --help.
  };
  virtual ~Command() = default;
  virtual Spec spec() const = 0;
  virtual void flags(Flags& flags) = 0;
  // Returns the exit code; prints what went wrong to standard error.
  virtual int run(Context& context) = 0;
};

// Every command, in the order of the help.
std::vector<std::unique_ptr<Command>> all_commands();

// Reads the command line, runs one command, returns the exit code.
int run_command_line(int argc, const char* const* argv, Context& context);

// "augury: <message>" on standard error; the exit code that goes with the error.
int fail(const Error& error);

}  // namespace augury::cli
