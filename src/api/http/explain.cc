// GET /v1/explain/{prediction_id}: why that answer.
#include "api/http/endpoints.h"
#include "api/http/error_table.h"
#include "api/http/prediction_json.h"
#include "api/http/value_json.h"
#include "wire/json_writer.h"
#include "wire/time_text.h"

namespace augury::api {
namespace {

using wire::JsonWriter;

void write_optional(JsonWriter& json, std::string_view name, const std::optional<std::string>& text) {
  json.key(name);
  text ? json.value(*text) : json.null();
}

void write_optional(JsonWriter& json, std::string_view name, std::optional<double> number) {
  json.key(name);
  number ? json.value(*number) : json.null();
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name);
  json.begin_array();
  for (const auto& text : texts) json.value(text);
  json.end_array();
}

template <typename Values>
void write_values(JsonWriter& json, std::string_view name, const Values& values) {
  json.key(name);
  json.begin_object();
  for (const auto& [key, value] : values) {
    json.key(key);
    write_value(json, value);
  }
  json.end_object();
}

void write_reasons(JsonWriter& json, const std::vector<Reason>& reasons) {
  json.key("reasons");
  json.begin_array();
  for (const auto& reason : reasons) write_reason(json, reason);
  json.end_array();
}

void write_items(JsonWriter& json, const Explanation& why) {
  json.key("predictions");
  json.begin_array();
  for (const auto& item : why.items) {
    json.begin_object();
    json.member("item_id", item.item_id);
    json.member("rank", item.rank);
    write_optional(json, "score", item.score);
    write_optional(json, "score_recomputed", item.recomputed);
    write_reasons(json, item.reasons);
    write_values(json, "features", item.features);
    json.end_object();
  }
  json.end_array();
  json.member("candidates_kept", why.candidates_kept);
  json.key("candidates");
  json.begin_array();
  for (const auto& item : why.candidates) {
    json.begin_object();
    json.member("item_id", item.item_id);
    json.key("rank");
    item.rank > 0 ? json.value(item.rank) : json.null();
    write_optional(json, "score_recomputed", item.recomputed);
    write_reasons(json, item.reasons);
    json.end_object();
  }
  json.end_array();
}

void write_remembered(JsonWriter& json, const Explanation& why) {
  json.member("prediction_id", why.prediction_id);
  json.member("app", why.app);
  json.member("placement", why.placement);
  json.member("user_id", why.user_id);
  json.member("session_id", why.session_id);
  json.member("now", wire::format_rfc3339(why.now));
  json.member("receipt", wire::format_rfc3339(why.receipt));
  json.member("position", why.position.text());
  json.member("sequence", why.sequence.text());
  json.member("level", to_string(why.level));
  json.member("cache_hit", why.cache_hit);
  write_optional(json, "fallback_reason", why.fallback_reason);
  write_optional(json, "experiment_id", why.experiment_id);
  write_optional(json, "variant", why.variant);
  json.member("propensity", why.propensity);
  json.member("explained", why.explained);
  json.key("members");
  json.begin_array();
  for (const auto& member : why.members) {
    json.begin_object();
    json.member("name", member.name);
    json.key("version");
    member.version.empty() ? json.null() : json.value(member.version);
    json.member("weight", member.weight);
    json.end_object();
  }
  json.end_array();
  write_values(json, "context", why.context);
}

net::HttpReply explanation_reply(const Explanation& why) {
  std::string body;
  JsonWriter json(body);
  json.begin_object();
  write_remembered(json, why);
  json.member("values_as_of", to_string(why.values_as_of));
  json.member("exact", why.exact);
  write_texts(json, "doubts", why.doubts);
  json.member("records_replayed", why.records_replayed);
  write_texts(json, "rules", why.rules);
  write_values(json, "features", why.features);
  write_items(json, why);
  json.end_object();
  return json_reply(std::move(body));
}

}  // namespace

void explain_get(Engine& engine, Exchange exchange) {
  engine.explain(exchange.app, exchange.id, [respond = std::move(exchange.respond)](Result<Explanation> why) mutable {
    respond(why ? explanation_reply(*why) : error_reply(why.error()));
  });
}

}  // namespace augury::api
