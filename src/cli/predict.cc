#include "cli/all_commands.h"
#include "cli/answer_table.h"
#include "cli/target.h"
#include "wire/json_writer.h"

namespace augury::cli {
namespace {

class Predict : public Command {
 public:
  Spec spec() const override {
    return {"predict", "ask for one answer", "augury predict --url http://127.0.0.1:8080 --user ann --count 5"};
  }

  void flags(Flags& flags) override {
    target_.describe(flags);
    flags.option("--user", user_, "user id");
    flags.option("--session", session_, "session id");
    flags.option("--placement", placement_, "placement; default the only one");
    flags.option("--count", count_, "how many items; default the placement's");
    flags.option("--candidate", candidates_, "rank these instead of recalling; may be given again");
    flags.option("--exclude", exclude_, "leave this item out; may be given again");
    flags.option("--context", context_, "NAME=VALUE; may be given again");
    flags.flag("--explain", explain_, "say why each item is there");
    flags.flag("--json", json_, "print the reply as it came");
  }

  int run(Context& context) override {
    auto target = Target::open(target_, context);
    if (!target) return fail(target.error());
    if (json_) return call_and_print(**target, "POST", "/v1/predict", question());
    auto reply = (*target)->call("POST", "/v1/predict", question());
    if (!reply) return fail(reply.error());
    return print_answer(*reply);
  }

 private:
  std::string question() const {
    std::string body;
    wire::JsonWriter json(body);
    json.begin_object();
    if (!user_.empty()) json.member("user_id", user_);
    if (!session_.empty()) json.member("session_id", session_);
    if (!placement_.empty()) json.member("placement", placement_);
    if (count_ > 0) json.member("num_predictions", count_);
    write_list(json, "candidates", candidates_);
    write_list(json, "exclude", exclude_);
    if (!context_.empty()) {
      json.key("context");
      json.begin_object();
      for (const auto& pair : context_) {
        auto equals = std::min(pair.find('='), pair.size());
        json.member(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
      }
      json.end_object();
    }
    if (explain_) json.member("explain", true);
    json.end_object();
    return body;
  }

  static void write_list(wire::JsonWriter& json, const char* name, const std::vector<std::string>& ids) {
    if (ids.empty()) return;
    json.key(name);
    json.begin_array();
    for (const auto& id : ids) json.value(id);
    json.end_array();
  }

  TargetFlags target_;
  std::string user_, session_, placement_;
  int count_ = 0;
  std::vector<std::string> candidates_, exclude_, context_;
  bool explain_ = false, json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_predict() { return std::make_unique<Predict>(); }

}  // namespace augury::cli
