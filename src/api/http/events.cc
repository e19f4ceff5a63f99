// POST /v1/events: one event, an array of them, or NDJSON.
#include <algorithm>

#include "api/http/endpoints.h"
#include "api/http/json_input.h"
#include "api/http/json_list.h"
#include "api/http/query_string.h"
#include "wire/json_writer.h"

namespace augury::api {
namespace {

constexpr size_t kEventsMax = 10'000;

Event read_event(JsonInput& in, const wire::JsonValue& json) {
  Event event;
  event.event_id = in.text(json, "event_id");
  event.event = in.text(json, "event");
  event.user_id = in.text(json, "user_id");
  event.session_id = in.text(json, "session_id");
  event.item_id = in.text(json, "item_id");
  event.timestamp = in.time(json, "timestamp");
  event.fields = in.values(json, "fields");
  event.context = in.values(json, "context");
  event.prediction_id = in.text(json, "prediction_id");
  return event;
}

std::optional<Acknowledge> acknowledge(std::string_view query, std::string& found) {
  for (auto& [name, value] : parse_query(query)) {
    if (name != "ack") continue;
    found = value;
    if (value == "fsync") return Acknowledge::Sync;
    if (value == "os") return Acknowledge::Written;
    if (value == "none") return Acknowledge::None;
    return std::nullopt;
  }
  return Acknowledge::Sync;
}

// Events that could not be read are refused in their place; the receipt counts places among the readable ones.
void merge(EventReceipt& receipt, std::vector<RefusedEvent> unreadable, const std::vector<size_t>& places) {
  for (auto& refused : receipt.refused) refused.index = places[refused.index];
  for (auto& refused : unreadable) receipt.refused.push_back(std::move(refused));
  std::ranges::sort(receipt.refused, {}, &RefusedEvent::index);
}

net::HttpReply receipt_reply(const EventReceipt& receipt) {
  std::string body;
  wire::JsonWriter json(body);
  json.begin_object();
  bool nothing = receipt.accepted == 0 && receipt.duplicates == 0 && !receipt.refused.empty();
  if (nothing) {
    json.key("error");
    json.begin_object();
    json.member("code", "INVALID_REQUEST");
    json.member("message", "every event was refused; the first: " + receipt.refused.front().message);
    json.end_object();
  }
  json.member("accepted", receipt.accepted);
  json.member("duplicates", receipt.duplicates);
  json.key("refused");
  json.begin_array();
  for (const auto& refused : receipt.refused) {
    json.begin_object();
    json.member("index", refused.index);
    json.member("code", refused.code);
    json.member("message", refused.message);
    json.end_object();
  }
  json.end_array();
  json.member("position", receipt.position.text());
  json.end_object();
  return json_reply(std::move(body), nothing ? 400 : 200);
}

}  // namespace

void events_post(Engine& engine, Exchange exchange) {
  thread_local wire::JsonReader reader;
  std::byte first[64 << 10];
  Arena arena(first, sizeof first);
  JsonInput in(arena, reader);
  std::string given;
  auto ack = acknowledge(exchange.request.query, given);
  if (!ack) {
    return exchange.respond(
        error_reply(Error{Code::Invalid, "ack: expected fsync, os or none, found '" + given + "'"}));
  }
  auto list = read_list(in, exchange.request);
  if (!list) return exchange.respond(error_reply(list.error()));
  size_t count = list->values.size() + list->bad.size();
  if (count > kEventsMax) {
    return exchange.respond(error_reply(413, "TOO_MANY_EVENTS",
                                        "expected at most 10,000 events in one call, found " + std::to_string(count)));
  }
  std::vector<Event> events;
  std::vector<size_t> places;
  std::vector<RefusedEvent> unreadable;
  events.reserve(list->values.size());
  places.reserve(list->values.size());
  for (auto& line : list->bad) unreadable.push_back({line.place, "INVALID_JSON", std::move(line.message)});
  for (size_t i = 0; i < list->values.size(); ++i) {
    JsonInput one(arena, reader);
    const auto& json = list->values[i];
    size_t place = list->places[i];
    if (json.type() != wire::JsonValue::Type::Object) {
      unreadable.push_back({place, "INVALID_EVENT", "expected an object like {\"event\": …, \"user_id\": …}"});
      continue;
    }
    auto event = read_event(one, json);
    if (auto problem = one.first_problem()) {
      unreadable.push_back({place, "INVALID_FIELD", *problem});
      continue;
    }
    events.push_back(event);
    places.push_back(place);
  }
  engine.ingest(exchange.app, events, *ack,
                [respond = std::move(exchange.respond), unreadable = std::move(unreadable),
                 places = std::move(places)](Result<EventReceipt> receipt) mutable {
                  if (!receipt) return respond(error_reply(receipt.error()));
                  merge(*receipt, std::move(unreadable), places);
                  respond(receipt_reply(*receipt));
                });
}

}  // namespace augury::api
