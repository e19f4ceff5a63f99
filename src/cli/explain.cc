#include <cstdio>

#include "cli/all_commands.h"
#include "cli/explanation_text.h"
#include "cli/target.h"

namespace augury::cli {
namespace {

class Explain : public Command {
 public:
  Spec spec() const override {
    return {"explain", "why an answer was given: candidates, features, contributions, rules",
            "augury explain --url http://127.0.0.1:8080 01JDXW5V8B3M0000000000000A"};
  }

  void flags(Flags& flags) override {
    target_.describe(flags);
    flags.positional("prediction_id", id_, "the prediction_id that the answer gave", true);
    flags.flag("--json", json_, "print the reply as it came");
  }

  int run(Context& context) override {
    // It becomes part of a path.
    if (id_.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") != std::string::npos)
      return fail({Code::Invalid, "'" + id_ + "' is no prediction_id: expected 26 digits and capital letters"});
    auto target = Target::open(target_, context);
    if (!target) return fail(target.error());
    if (json_) return call_and_print(**target, "GET", "/v1/explain/" + id_, "");
    auto reply = (*target)->call("GET", "/v1/explain/" + id_, "");
    if (!reply) return fail(reply.error());
    if (reply->status >= 300) return fail(refusal(*reply));
    std::fputs(explanation_text(reply->body).c_str(), stdout);
    return kDone;
  }

 private:
  TargetFlags target_;
  std::string id_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_explain() { return std::make_unique<Explain>(); }

}  // namespace augury::cli
