// How far an import has come, kept in a small file, so that it goes on where it was stopped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "augury/result.h"
#include "cli/importing/batch.h"

namespace augury::cli::importing {

// Not thread-safe.
class Progress {
 public:
  // Reads `path` if it is there. An empty `path`: nothing is kept. Conflict: it is of other content: the file was
  // changed, not just continued; Invalid: it is no progress file.
  static Result<Progress> open(const std::string& path, const std::string& file, bool begin_anew);

  // What is done already. Everything zero for a new import.
  const Counts& counts() const { return counts_; }
  // Durable when it returns.
  Result<void> keep(const Counts& counts);

 private:
  Progress(std::string path, std::string head, std::string file)
      : path_(std::move(path)), head_(std::move(head)), file_(std::move(file)) {}
  Result<void> read(std::string_view text);

  std::string path_;
  std::string head_;  // The first bytes of the file, by which it is known again.
  std::string file_;
  Counts counts_;
};

// The first bytes of a file, at most 64 KiB.
Result<std::string> head_of(const std::string& file);

}  // namespace augury::cli::importing
