#include "cli/all_commands.h"
#include "cli/target.h"
#include "wire/json_writer.h"

namespace augury::cli {
namespace {

class Features : public Command {
 public:
  Spec spec() const override {
    return {"features", "print feature values of users, items and pairs",
            "augury features --url http://127.0.0.1:8080 --user ann --item book-7 user_clicks_5m pair_views_7d"};
  }

  void flags(Flags& flags) override {
    target_.describe(flags);
    flags.positional("names", names_, "feature names", true);
    flags.option("--user", users_, "user id; may be given again");
    flags.option("--item", items_, "item id; may be given again");
    flags.option("--session", session_, "session id");
    flags.option("--at", at_, "the moment to read at, RFC 3339 or epoch; default now");
  }

  int run(Context& context) override {
    auto target = Target::open(target_, context);
    if (!target) return fail(target.error());
    std::string body;
    wire::JsonWriter json(body);
    json.begin_object();
    write_list(json, "user_ids", users_);
    write_list(json, "item_ids", items_);
    write_list(json, "feature_names", names_);
    if (!session_.empty()) json.member("session_id", session_);
    if (!at_.empty()) {
      json.key("context");
      json.begin_object();
      json.member("timestamp", at_);
      json.end_object();
    }
    json.end_object();
    return call_and_print(**target, "POST", "/v1/features/batch", body);
  }

 private:
  static void write_list(wire::JsonWriter& json, const char* name, const std::vector<std::string>& ids) {
    json.key(name);
    json.begin_array();
    for (const auto& id : ids) json.value(id);
    json.end_array();
  }

  TargetFlags target_;
  std::vector<std::string> names_, users_, items_;
  std::string session_, at_;
};

}  // namespace

std::unique_ptr<Command> make_features() { return std::make_unique<Features>(); }

}  // namespace augury::cli
