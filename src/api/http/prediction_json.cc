#include "api/http/prediction_json.h"

#include <cstdio>

#include "api/http/error_table.h"
#include "wire/json_writer.h"

namespace augury::api {
namespace {

using wire::JsonWriter;

void write_optional(JsonWriter& json, std::string_view name, const std::optional<std::string>& text) {
  json.key(name);
  if (text) {
    json.value(*text);
  } else {
    json.null();
  }
}

void write_item(JsonWriter& json, const PredictedItem& item, bool explain) {
  json.begin_object();
  json.member("item_id", item.item_id);
  json.member("score", item.score);
  json.member("rank", item.rank);
  json.member("explanation", item.explanation);
  if (explain) {
    json.key("reasons");
    json.begin_array();
    for (const auto& reason : item.reasons) write_reason(json, reason);
    json.end_array();
  }
  json.end_object();
}

void write_metadata(JsonWriter& json, const Prediction& answer) {
  json.key("metadata");
  json.begin_object();
  json.member("model_version", answer.model_version);
  json.key("models");
  json.begin_object();
  for (const auto& [name, version] : answer.models) json.member(name, version);
  json.end_object();
  write_optional(json, "experiment_id", answer.experiment_id);
  write_optional(json, "variant", answer.variant);
  json.member("propensity", answer.propensity);
  json.member("level", to_string(answer.level));
  json.member("fallback", answer.fallback);
  write_optional(json, "fallback_reason", answer.fallback_reason);
  json.member("cache_hit", answer.cache_hit);
  write_optional(json, "cache_level", answer.cache_level);
  json.member("position", answer.position.text());
  json.member("feature_age_ms", answer.feature_age_ms);
  json.member("latency_ms", answer.latency_ms);
  json.end_object();
}

std::string server_timing(const Prediction& answer) {
  std::string header = "Server-Timing: ";
  char number[64];
  for (const auto& [stage, ms] : answer.stages_ms) {
    std::snprintf(number, sizeof number, ";dur=%.3f, ", ms);
    header += stage;
    header += number;
  }
  std::snprintf(number, sizeof number, "total;dur=%.3f\r\n", answer.latency_ms);
  return header + number;
}

}  // namespace

void write_reason(JsonWriter& json, const Reason& reason) {
  json.begin_object();
  if (!reason.source.empty()) json.member("source", reason.source);
  if (!reason.to.empty()) json.member("to", reason.to);
  if (!reason.feature.empty()) {
    json.member("feature", reason.feature);
    json.member("contribution", reason.contribution);
  }
  json.end_object();
}

void write_prediction(JsonWriter& json, const Prediction& answer, bool explain,
                      const std::vector<std::string>& warnings) {
  json.begin_object();
  json.member("prediction_id", answer.prediction_id);
  json.member("user_id", answer.user_id);
  if (answer.error) {
    json.key("error");
    json.begin_object();
    json.member("code", answer.error->code);
    json.member("message", answer.error->message);
    json.member("fallback", true);
    json.end_object();
  }
  json.key("predictions");
  json.begin_array();
  for (const auto& item : answer.items) write_item(json, item, explain);
  json.end_array();
  write_metadata(json, answer);
  if (!warnings.empty()) {
    json.key("warnings");
    json.begin_array();
    for (const auto& warning : warnings) json.value(warning);
    json.end_array();
  }
  json.end_object();
}

net::HttpReply prediction_reply(const Prediction& answer, bool explain, const std::vector<std::string>& warnings) {
  std::string body;
  body.reserve(512 + answer.items.size() * 128);
  JsonWriter json(body);
  write_prediction(json, answer, explain, warnings);
  auto reply = json_reply(std::move(body));
  reply.extra_headers = server_timing(answer);
  return reply;
}

}  // namespace augury::api
