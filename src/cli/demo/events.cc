#include "cli/demo/events.h"

#include <algorithm>

#include "cli/demo/embeddings.h"
#include "wire/json_writer.h"
#include "wire/time_text.h"

namespace augury::cli::demo {
namespace {

// In 128ths, which keeps the text short; one scale for all changes no order.
void write_vector(wire::JsonWriter& json, std::string_view name, std::span<const int8_t> numbers) {
  if (numbers.empty()) return;
  json.key("vectors");
  json.begin_object();
  json.key(name);
  json.begin_array();
  for (int8_t x : numbers) json.value(x / 128.0);
  json.end_array();
  json.end_object();
}

}  // namespace

void append_events(Reaction reaction, int user, int item, Timestamp at, const std::string& id_prefix,
                   std::vector<ShopEvent>& out) {
  constexpr const char* kSteps[] = {"view", "click", "cart", "purchase"};
  for (int step = 0; step < static_cast<int>(reaction); ++step) {
    out.push_back(
        {id_prefix + "-" + std::to_string(step), kSteps[step], user, item, at + std::chrono::seconds{2 * step}});
  }
}

std::vector<ShopEvent> history(const Shop& shop, uint64_t seed, Timestamp from, Timestamp to, int visits) {
  base::Random random(seed);
  std::vector<ShopEvent> events;
  for (int visit = 0; visit < visits; ++visit) {
    Timestamp at = from_micros(random.between(micros(from), micros(to)));
    int user = shop.visitor(random);
    int place = 0;
    for (int item : shop.shelf(user, at, 10, random)) {
      Timestamp seen = at + std::chrono::seconds{15 * place};
      auto reaction = shop.react(user, shop.items()[static_cast<size_t>(item)], seen, random);
      append_events(reaction, user, item, seen, "h" + std::to_string(visit) + "-" + std::to_string(place++), events);
    }
  }
  std::ranges::stable_sort(events, {}, &ShopEvent::at);
  return events;
}

std::string items_body(const std::vector<ShopItem>& items, bool trained) {
  const auto embeddings = item_embeddings();
  std::string body;
  wire::JsonWriter json(body);
  json.begin_array();
  int row = 0;
  for (const auto& item : items) {
    json.begin_object();
    json.member("item_id", item.id);
    json.key("attributes");
    json.begin_object();
    json.member("category", item.category);
    json.member("brand", item.brand);
    json.member("price", item.price);
    json.member("released_at", wire::format_rfc3339(item.released_at));
    if (trained) json.member("ncf_row", row);
    json.end_object();
    if (trained) write_vector(json, "item_embedding", embeddings.row(static_cast<size_t>(row++)));
    json.end_object();
  }
  json.end_array();
  return body;
}

std::string users_body(bool trained) {
  const auto embeddings = user_embeddings();
  std::string body;
  wire::JsonWriter json(body);
  json.begin_array();
  for (int user = 0; user < Shop::kUsers; ++user) {
    json.begin_object();
    json.member("user_id", Shop::user_id(user));
    json.key("attributes");
    json.begin_object();
    if (trained) json.member("ncf_row", user);
    json.end_object();
    if (trained) write_vector(json, "user_embedding", embeddings.row(static_cast<size_t>(user)));
    json.end_object();
  }
  json.end_array();
  return body;
}

std::string events_body(const Shop& shop, const ShopEvent* first, size_t count) {
  std::string body;
  wire::JsonWriter json(body);
  json.begin_array();
  for (size_t i = 0; i < count; ++i) {
    const auto& event = first[i];
    const auto& item = shop.items()[static_cast<size_t>(event.item)];
    json.begin_object();
    json.member("event_id", event.id);
    json.member("event", event.type);
    json.member("user_id", Shop::user_id(event.user));
    json.member("item_id", item.id);
    json.member("timestamp", micros(event.at) / 1000);
    if (std::string_view(event.type) == "purchase") {
      json.key("fields");
      json.begin_object();
      json.member("price", item.price);
      json.end_object();
    }
    json.end_object();
  }
  json.end_array();
  return body;
}

}  // namespace augury::cli::demo
