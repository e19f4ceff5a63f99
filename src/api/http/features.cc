// POST /v1/features/batch
#include <map>

#include "api/http/endpoints.h"
#include "api/http/json_input.h"
#include "api/http/value_json.h"
#include "wire/json_writer.h"

namespace augury::api {
namespace {

// owner -> feature -> its values: one, or one per item of a pair.
using Table = std::map<std::string_view, std::map<std::string_view, std::vector<const FeatureCell*>>>;

Table arrange(const FeatureTable& table) {
  Table by_owner;
  for (const auto& cell : table.cells) {
    auto owner = cell.user_id.empty() ? std::string_view(cell.item_id) : std::string_view(cell.user_id);
    by_owner[owner][cell.feature].push_back(&cell);
  }
  return by_owner;
}

void write_cells(wire::JsonWriter& json, std::string_view feature, const std::vector<const FeatureCell*>& cells) {
  json.key(feature);
  bool pair = !cells.front()->user_id.empty() && !cells.front()->item_id.empty();
  if (!pair) return write_value(json, cells.front()->value);
  json.begin_object();
  for (const auto* cell : cells) {
    json.key(cell->item_id);
    write_value(json, cell->value);
  }
  json.end_object();
}

net::HttpReply features_reply(const FeatureTable& table, double latency_ms) {
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object();
  json.key("features");
  json.begin_object();
  for (const auto& [owner, features] : arrange(table)) {
    json.key(owner);
    json.begin_object();
    for (const auto& [feature, cells] : features) write_cells(json, feature, cells);
    json.end_object();
  }
  json.end_object();
  json.key("metadata");
  json.begin_object();
  json.member("latency_ms", latency_ms);
  json.member("position", table.position.text());
  json.end_object();
  json.end_object();
  return json_reply(std::move(body));
}

}  // namespace

void features_batch(Engine& engine, Exchange exchange) {
  thread_local wire::JsonReader reader;
  std::byte first[16 << 10];
  Arena arena(first, sizeof first);
  JsonInput in(arena, reader);
  auto root = in.read(exchange.request.body);
  if (!root) return exchange.respond(error_reply(root.error()));
  FeatureQuery query;
  query.app = exchange.app.empty() ? in.text(*root, "app") : exchange.app;
  query.user_ids = in.texts(*root, "user_ids");
  query.item_ids = in.texts(*root, "item_ids");
  query.feature_names = in.texts(*root, "feature_names");
  query.session_id = in.text(*root, "session_id");
  query.context = in.values(*root, "context", "timestamp");
  if (auto context = in.object(*root, "context")) query.now = in.time(*context, "timestamp");
  if (auto as_of = root->find("as_of"); as_of && !as_of->is_null()) {
    in.problem("as_of", "reading the past is not built yet; leave it out");
  }
  if (query.user_ids.size() * std::max<size_t>(query.item_ids.size(), 1) > 100'000) {
    in.problem("user_ids", "expected at most 100,000 pairs of user and item");
  }
  if (in.failed()) return exchange.respond(in.error());
  auto table = engine.features(query);
  if (!table) return exchange.respond(error_reply(table.error()));
  exchange.respond(features_reply(*table, table->latency_ms));
}

}  // namespace augury::api
