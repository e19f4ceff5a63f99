#include <cstdio>
#include <string>

#include "cli/all_commands.h"
#include "cli/target.h"
#include "wire/json_writer.h"

namespace augury::cli {
namespace {

class Send : public Command {
 public:
  Spec spec() const override {
    return {"send", "send one event, or lines of JSON events from standard input",
            "augury send --url http://127.0.0.1:8080 click --user ann --item book-7"};
  }

  void flags(Flags& flags) override {
    target_.describe(flags);
    flags.positional("event", event_, "the event type; without it events are read from standard input, one JSON each",
                     false);
    flags.option("--user", user_, "user id");
    flags.option("--item", item_, "item id");
    flags.option("--session", session_, "session id");
    flags.option("--id", id_, "event id: sending it again counts once");
    flags.option("--at", at_, "event time, RFC 3339 or epoch; default now");
    flags.option("--field", fields_, "NAME=VALUE, a field of the event; may be given again");
  }

  int run(Context& context) override {
    auto target = Target::open(target_, context);
    if (!target) return fail(target.error());
    if (!event_.empty()) {
      auto body = one_event();
      if (!body) return fail(body.error());
      return call_and_print(**target, "POST", "/v1/events", *body);
    }
    return send_lines(**target);
  }

 private:
  Result<std::string> one_event() const {
    std::string body;
    wire::JsonWriter json(body);
    json.begin_object();
    json.member("event", event_);
    for (auto [name, value] : {std::pair{"user_id", &user_},
                               {"item_id", &item_},
                               {"session_id", &session_},
                               {"event_id", &id_},
                               {"timestamp", &at_}}) {
      if (!value->empty()) json.member(name, *value);
    }
    if (!fields_.empty()) {
      json.key("fields");
      json.begin_object();
      for (const auto& field : fields_) {
        auto equals = field.find('=');
        if (equals == std::string::npos) return Error{Code::Invalid, "--field wants NAME=VALUE, found '" + field + "'"};
        json.key(field.substr(0, equals));
        write_value(json, field.substr(equals + 1));
      }
      json.end_object();
    }
    json.end_object();
    return body;
  }

  static void write_value(wire::JsonWriter& json, const std::string& text) {
    char* end = nullptr;
    double number = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0') return json.value(number);
    if (text == "true" || text == "false") return json.value(text == "true");
    json.value(text);
  }

  int send_lines(Target& target) {
    std::string batch = "[";
    int exit = kDone;
    char* line = nullptr;
    size_t capacity = 0, count = 0;
    auto flush = [&] {
      if (count == 0) return;
      batch += ']';
      if (int code = call_and_print(target, "POST", "/v1/events", batch); code != kDone) exit = code;
      batch = "[";
      count = 0;
    };
    for (ssize_t n; (n = getline(&line, &capacity, stdin)) > 0;) {
      std::string_view text(line, static_cast<size_t>(n));
      if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
      if (count++ > 0) batch += ',';
      batch += text;
      if (count == 1000) flush();
    }
    flush();
    std::free(line);
    return exit;
  }

  TargetFlags target_;
  std::string event_, user_, item_, session_, id_, at_;
  std::vector<std::string> fields_;
};

}  // namespace

std::unique_ptr<Command> make_send() { return std::make_unique<Send>(); }

}  // namespace augury::cli
