#include <charconv>
#include <optional>

#include "api/http/http_api.h"
#include "augury/engine.h"
#include "net/http_client.h"
#include "scenarios/surface.h"
#include "wire/json_reader.h"
#include "wire/json_writer.h"

namespace augury::scenarios {
namespace {

std::string text_of(const std::optional<wire::JsonValue>& object, std::string_view name) {
  auto found = object ? object->find(name) : std::nullopt;
  return std::string(found && found->text() ? *found->text() : std::string_view());
}

class Http : public Surface {
 public:
  std::string name() const override { return "http"; }

  Result<void> open(const std::string& app_file, const std::string& data_folder) override {
    AUGURY_TRY(engine_, Engine::open({.app_files = {app_file}, .data_folder = data_folder, .list_every = {}}));
    AUGURY_TRY(http_, api::HttpApi::start(*engine_, {.listen = {"127.0.0.1:0"}, .io_threads = 1}));
    AUGURY_TRY(auto client, net::HttpClient::connect(http_->urls().front()));
    client_ = std::move(client);
    return {};
  }
  void close() override {
    client_.reset();
    http_.reset();
    engine_.reset();
  }

  Result<Outcome> play(const Step& step) override {
    switch (step.kind) {
      case Step::Kind::Event:
        return event(step);
      case Step::Kind::Item:
        return send("PUT", "/v1/items/" + step.item, attributes(step));
      case Step::Kind::User:
        return send("PUT", "/v1/users/" + step.user, attributes(step));
      case Step::Kind::Ask:
        return ask(step);
      case Step::Kind::Breaker:
        return send("POST", "/v1/breakers/" + step.name, "{\"state\":\"" + step.verb + "\"}");
      case Step::Kind::Feature:
        return feature(step);
      case Step::Kind::Restart:
        break;
    }
    return Outcome{};
  }

 private:
  Result<wire::JsonValue> exchange(std::string_view method, std::string_view path, std::string_view body,
                                   bool may_fail) {
    AUGURY_TRY(auto reply, client_->request(method, path, body));
    if (reply.status >= 300 && !may_fail) return Error{Code::Invalid, std::to_string(reply.status) + ": " + reply.body};
    return reader_.read(reply.body);
  }

  Result<Outcome> send(std::string_view method, std::string_view path, std::string_view body) {
    AUGURY_TRY(auto root, exchange(method, path, body, false));
    (void)root;
    return Outcome{};
  }

  static void write_value(wire::JsonWriter& json, const std::string& text) {
    double number = 0;
    auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem == std::errc{} && end == text.data() + text.size()) return json.value(number);
    if (text == "true" || text == "false") return json.value(text == "true");
    if (text.find('|') == std::string::npos) return json.value(text);
    json.begin_array();
    for (std::string_view rest = text;; rest.remove_prefix(rest.find('|') + 1)) {
      json.value(rest.substr(0, rest.find('|')));
      if (rest.find('|') == std::string_view::npos) break;
    }
    json.end_array();
  }

  static void write_pairs(wire::JsonWriter& json, const Pairs& pairs) {
    for (const auto& [name, text] : pairs) {
      json.key(name);
      write_value(json, text);
    }
  }

  static std::string attributes(const Step& step) {
    std::string body;
    wire::JsonWriter json(body);
    json.begin_object();
    json.key("attributes");
    json.begin_object();
    write_pairs(json, step.pairs);
    json.end_object();
    json.key("vectors");
    json.begin_object();
    for (const auto& [name, numbers] : step.vectors) {
      json.key(name);
      json.begin_array();
      for (double x : numbers) json.value(x);
      json.end_array();
    }
    json.end_object();
    json.end_object();
    return body;
  }

  Result<Outcome> event(const Step& step) {
    std::string body;
    wire::JsonWriter json(body);
    json.begin_object();
    json.member("event", step.verb);
    json.member("user_id", step.user);
    json.member("item_id", step.item);
    json.member("timestamp", micros(step.at) / 1000);
    json.key("fields");
    json.begin_object();
    write_pairs(json, step.pairs);
    json.end_object();
    json.end_object();
    AUGURY_TRY(auto root, exchange("POST", "/v1/events", body, true));
    Outcome outcome;
    if (auto refused = root.find("refused")) {
      for (auto each : refused->elements()) outcome.refused = text_of(each, "code");
    }
    return outcome;
  }

  static void write_ids(wire::JsonWriter& json, std::string_view name, const std::vector<std::string>& ids) {
    if (ids.empty()) return;
    json.key(name);
    json.begin_array();
    for (const auto& id : ids) json.value(id);
    json.end_array();
  }

  static void write_context(wire::JsonWriter& json, const Step& step) {
    json.key("context");
    json.begin_object();
    json.member("timestamp", micros(step.at) / 1000);
    write_pairs(json, step.pairs);
    json.end_object();
  }

  Result<Outcome> ask(const Step& step) {
    std::string body;
    wire::JsonWriter json(body);
    json.begin_object();
    json.member("user_id", step.user);
    if (step.top > 0) json.member("num_predictions", step.top);
    write_ids(json, "exclude", step.exclude);
    write_ids(json, "candidates", step.candidates);
    write_context(json, step);
    json.end_object();
    AUGURY_TRY(auto root, exchange("POST", "/v1/predict", body, false));
    Outcome outcome;
    if (auto items = root.find("predictions")) {
      for (auto item : items->elements()) {
        outcome.items.push_back(text_of(item, "item_id"));
        outcome.explanations.push_back(text_of(item, "explanation"));
      }
    }
    auto meta = root.find("metadata");
    outcome.level = text_of(meta, "level");
    outcome.reason = text_of(meta, "fallback_reason");
    outcome.variant = text_of(meta, "variant");
    outcome.error = text_of(root.find("error"), "code");
    return outcome;
  }

  Result<Outcome> feature(const Step& step) {
    std::string body;
    wire::JsonWriter json(body);
    bool has_user = step.user != "-" && !step.user.empty(), has_item = step.item != "-" && !step.item.empty();
    json.begin_object();
    if (has_user) write_ids(json, "user_ids", {step.user});
    if (has_item) write_ids(json, "item_ids", {step.item});
    write_ids(json, "feature_names", {step.verb});
    write_context(json, step);
    json.end_object();
    AUGURY_TRY(auto reply, client_->request("POST", "/v1/features/batch", body));
    if (reply.status != 200) return Error{Code::Invalid, reply.body};
    Outcome outcome;
    outcome.value = only_value(reply.body, step.verb);
    return outcome;
  }

  // The JSON behind the feature's name, and behind the item's within a pair.
  static std::string only_value(const std::string& body, const std::string& feature) {
    auto at = body.find("\"" + feature + "\":") + feature.size() + 3;
    auto rest = body.substr(at);
    if (rest.starts_with('{')) rest = rest.substr(rest.find(':') + 1);
    int depth = 0;
    for (size_t i = 0; i < rest.size(); ++i) {
      if (depth == 0 && (rest[i] == ',' || rest[i] == '}')) return rest.substr(0, i);
      if (rest[i] == '[' || rest[i] == '{') ++depth;
      if (rest[i] == ']' || rest[i] == '}') --depth;
    }
    return rest;
  }

  std::unique_ptr<Engine> engine_;
  std::unique_ptr<api::HttpApi> http_;
  std::optional<net::HttpClient> client_;
  wire::JsonReader reader_;
};

}  // namespace

std::unique_ptr<Surface> http_surface() { return std::make_unique<Http>(); }

}  // namespace augury::scenarios
