#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "system/gates.h"

// system_bench [PROGRAM [APP [FOLDER [EVENTS]]]]
int main(int argc, char** argv) {
  augury::bench::GateOptions options;
  options.program = argc > 1 ? argv[1] : "build/bench/augury";
  options.app = argc > 2 ? argv[2] : "bench/apps/events20.yaml";
  options.folder = argc > 3 ? argv[3] : "build/bench/system-data";
  if (argc > 4) options.events = std::strtoull(argv[4], nullptr, 10);
  std::filesystem::remove_all(options.folder);
  auto done = augury::bench::run_gates(options);
  std::filesystem::remove_all(options.folder);
  if (done) return 0;
  std::fprintf(stderr, "system_bench: %s\n", done.error().message.c_str());
  return 1;
}
