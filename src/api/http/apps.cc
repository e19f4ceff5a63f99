// GET /v1/apps/{app}: the app file and what it was compiled to. POST /v1/apps/{app}/reload: read it again.
#include "api/http/endpoints.h"
#include "api/http/error_table.h"
#include "wire/json_writer.h"

namespace augury::api {
namespace {

using wire::JsonWriter;

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name);
  json.begin_array();
  for (const auto& text : texts) json.value(text);
  json.end_array();
}

void write_features(JsonWriter& json, const AppView& app) {
  json.key("views");
  json.begin_array();
  for (const auto& view : app.views) {
    json.begin_object();
    json.member("by", view.name);
    json.member("bytes_per_key_max", view.bytes_per_key_max);
    write_texts(json, "features", view.features);
    json.end_object();
  }
  json.end_array();
  json.key("features");
  json.begin_array();
  for (const auto& feature : app.features) {
    json.begin_object();
    json.member("name", feature.name);
    json.member("what", feature.what);
    json.member("hidden", feature.hidden);
    json.key("view");
    feature.view.empty() ? json.null() : json.value(feature.view);
    json.end_object();
  }
  json.end_array();
}

void write_models(JsonWriter& json, const AppView& app) {
  json.key("models");
  json.begin_array();
  for (const auto& model : app.models) {
    json.begin_object();
    json.member("name", model.name);
    json.member("version", model.version);
    json.member("file", model.file);
    json.key("inputs");
    json.begin_array();
    for (const auto& input : model.inputs) {
      json.begin_object();
      json.member("name", input.name);
      json.member("feature", input.feature);
      json.end_object();
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
}

void write_placements(JsonWriter& json, const AppView& app) {
  json.key("placements");
  json.begin_array();
  for (const auto& placement : app.placements) {
    json.begin_object();
    json.member("name", placement.name);
    write_texts(json, "rules", placement.rules);
    json.end_object();
  }
  json.end_array();
  write_texts(json, "experiments", app.experiments);
}

net::HttpReply reload_reply(const Reload& reload) {
  if (reload.outcome == Reload::Outcome::Wrong || reload.outcome == Reload::Outcome::NeedsRestart) {
    std::vector<Detail> details;
    for (const auto& problem : reload.problems) details.push_back({problem.where, problem.message});
    std::string first = details.empty() ? "" : ": " + details.front().path + ": " + details.front().message;
    return reload.outcome == Reload::Outcome::Wrong
               ? error_reply(Error{Code::Invalid, "the old app file goes on" + first}, details)
               : error_reply(Error{Code::Conflict, "the old app file goes on, restart to apply" + first}, details);
  }
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  json.member("outcome", reload.outcome == Reload::Outcome::Applied ? "applied" : "unchanged");
  json.member("publication", reload.publication.text());
  json.end_object();
  return json_reply(std::move(body));
}

}  // namespace

void app_get(Engine& engine, Exchange exchange) {
  auto app = engine.app(exchange.id);
  if (!app) return exchange.respond(error_reply(app.error()));
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  json.member("app", app->app);
  json.member("file", app->file);
  json.member("publication", app->publication.text());
  json.member("text", app->text);
  json.key("plan");
  json.begin_object();
  write_features(json, *app);
  write_models(json, *app);
  write_placements(json, *app);
  json.end_object();
  json.end_object();
  exchange.respond(json_reply(std::move(body)));
}

void app_reload(Engine& engine, Exchange exchange) {
  engine.reload(exchange.id, [respond = std::move(exchange.respond)](Result<Reload> reload) mutable {
    respond(reload ? reload_reply(*reload) : error_reply(reload.error()));
  });
}

}  // namespace augury::api
