#include "cli/all_commands.h"
#include "cli/target.h"

namespace augury::cli {
namespace {

class StatusCommand : public Command {
 public:
  Spec spec() const override {
    return {"status", "print how a server is doing, as JSON", "augury status --url http://127.0.0.1:8080"};
  }
  void flags(Flags& flags) override { target_.describe(flags); }
  int run(Context& context) override {
    auto target = Target::open(target_, context);
    if (!target) return fail(target.error());
    return call_and_print(**target, "GET", "/v1/status", "");
  }

 private:
  TargetFlags target_;
};

}  // namespace

std::unique_ptr<Command> make_status() { return std::make_unique<StatusCommand>(); }

}  // namespace augury::cli
