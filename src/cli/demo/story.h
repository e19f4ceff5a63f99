// The first minute of a newcomer: a shop, a server, and what passes between them.
#pragma once

#include <cstdint>
#include <string>

#include "augury/result.h"
#include "cli/context.h"

namespace augury::cli::demo {

struct StoryOptions {
  std::string folder;  // For the app, the models and the data; made if absent.
  std::string listen = "127.0.0.1:0";
  uint64_t seed = 7;
  bool colors = false;
  bool stay = false;         // Stay up at the end until asked to stop.
  double idle_seconds = 0;   // Before memory is looked at for the last line; 30 says how little an idle server takes.
  bool memory_only = false;  // Only what an idle server takes, with and without the neural runtime.
};

// Prints the story to standard output. Unavailable: the server did not start or did not answer.
Result<void> tell_story(const StoryOptions& options, Context& context);

}  // namespace augury::cli::demo
