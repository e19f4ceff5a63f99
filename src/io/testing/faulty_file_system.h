// A disk that fails on command: the n-th call, with the error of your choice, or slowly.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "io/file_system.h"
#include "io/testing/file_call.h"

namespace augury::io::testing {

enum class Fault {
  Io,          // EIO: nothing happens.
  NoSpace,     // ENOSPC: nothing happens.
  ShortWrite,  // ENOSPC after half of a write has happened.
};

class FaultyFileSystem : public FileSystem {
 public:
  static std::shared_ptr<FaultyFileSystem> over(const std::shared_ptr<FileSystem>& below = real_file_system());

  struct Plan {
    uint64_t nth = 1;  // Counted from now; 1 = the next.
    Fault fault = Fault::Io;
    std::optional<FileCall> only = {};  // Absent: calls of every kind count.
    uint64_t times = 1;                 // How many calls in a row fail.
  };
  void fail(const Plan& plan);
  void heal();
  // Every call of that kind takes that much longer.
  void slow_down(FileCall call, std::chrono::microseconds by);

  uint64_t calls() const;  // Of all kinds so far.
  uint64_t calls(FileCall kind) const;
  uint64_t faults() const;

 private:
  struct State;
  explicit FaultyFileSystem(std::unique_ptr<Inside> inside, std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace augury::io::testing
