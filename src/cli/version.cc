#include <cstdio>

#include "cli/all_commands.h"

namespace augury::cli {
namespace {

class Version : public Command {
 public:
  Spec spec() const override { return {"version", "print the version", "augury version"}; }
  void flags(Flags&) override {}
  int run(Context&) override {
    std::printf("augury %s\n", AUGURY_VERSION);
    return kDone;
  }
};

}  // namespace

std::unique_ptr<Command> make_version() { return std::make_unique<Version>(); }

}  // namespace augury::cli
