// /v1/items and /v1/users: the catalogue and profiles.
#include "api/http/endpoints.h"
#include "api/http/json_input.h"
#include "api/http/json_list.h"
#include "api/http/value_json.h"
#include "wire/json_writer.h"

namespace augury::api {
namespace {

std::string_view id_name(EntityKind kind) { return kind == EntityKind::Item ? "item_id" : "user_id"; }

void update(Engine& engine, std::span<const EntityUpdate> updates, Exchange exchange) {
  size_t count = updates.size();
  engine.update(exchange.app, updates, [count, respond = std::move(exchange.respond)](Result<Position> done) mutable {
    if (!done) return respond(error_reply(done.error()));
    std::string body;
    wire::JsonWriter json(body);
    json.begin_object();
    json.member("updated", count);
    json.member("position", done->text());
    json.end_object();
    respond(json_reply(std::move(body)));
  });
}

void read_values(JsonInput& in, const wire::JsonValue& json, EntityUpdate& one) {
  for (auto name : in.unknown(json, {"attributes", "vectors", id_name(one.kind)}))
    in.problem(name, "unknown member; attributes stand under \"attributes\": {…}, vectors under \"vectors\": {…}");
  one.attributes = in.values(json, "attributes");
  one.vectors = in.vectors(json, "vectors");
}

}  // namespace

void entity_put(Engine& engine, EntityKind kind, UpdateMode mode, Exchange exchange) {
  thread_local wire::JsonReader reader;
  std::byte first[4 << 10];
  Arena arena(first, sizeof first);
  JsonInput in(arena, reader);
  EntityUpdate one{.kind = kind, .mode = mode, .id = exchange.id, .attributes = {}, .vectors = {}};
  if (mode != UpdateMode::Delete) {
    auto root = in.read(exchange.request.body);
    if (!root) return exchange.respond(error_reply(root.error()));
    read_values(in, *root, one);
    if (in.failed()) return exchange.respond(in.error());
  }
  update(engine, {&one, 1}, std::move(exchange));
}

void entity_get(Engine& engine, EntityKind kind, Exchange exchange) {
  auto entity = engine.entity(exchange.app, kind, exchange.id);
  if (!entity) return exchange.respond(error_reply(entity.error()));
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object();
  json.member(id_name(kind), entity->id);
  json.key("attributes");
  json.begin_object();
  for (const auto& [name, value] : entity->attributes) {
    json.key(name);
    write_value(json, value);
  }
  json.end_object();
  if (!entity->vectors.empty()) {
    json.key("vectors");
    json.begin_object();
    for (const auto& [name, numbers] : entity->vectors) json.member(name, numbers);
    json.end_object();
  }
  json.end_object();
  exchange.respond(json_reply(std::move(body)));
}

void entities_post(Engine& engine, EntityKind kind, Exchange exchange) {
  thread_local wire::JsonReader reader;
  std::byte first[64 << 10];
  Arena arena(first, sizeof first);
  JsonInput in(arena, reader);
  auto list = read_list(in, exchange.request);
  if (!list) return exchange.respond(error_reply(list.error()));
  std::vector<EntityUpdate> updates;
  updates.reserve(list->values.size());
  for (const auto& line : list->bad) in.problem("[" + std::to_string(line.place) + "]", line.message);
  for (size_t i = 0; i < list->values.size(); ++i) {
    const auto& json = list->values[i];
    in.at("[" + std::to_string(list->places[i]) + "].");
    EntityUpdate one{
        .kind = kind, .mode = UpdateMode::Put, .id = in.text(json, id_name(kind)), .attributes = {}, .vectors = {}};
    if (one.id.empty()) in.problem(id_name(kind), "expected an id of 1 to 256 bytes");
    read_values(in, json, one);
    updates.push_back(one);
  }
  if (in.failed()) return exchange.respond(in.error());
  update(engine, updates, std::move(exchange));
}

}  // namespace augury::api
