// The shop's traffic as the API takes it.
#pragma once

#include <string>
#include <vector>

#include "cli/demo/shop.h"

namespace augury::cli::demo {

struct ShopEvent {
  std::string id;
  const char* type = "click";
  int user = 0;
  int item = 0;
  Timestamp at;
};

// What a reaction leaves behind: a click begins with a view, a purchase goes through the cart.
void append_events(Reaction reaction, int user, int item, Timestamp at, const std::string& id_prefix,
                   std::vector<ShopEvent>& out);

// The days before the demo began, oldest first: `visits` visits of ten items each.
std::vector<ShopEvent> history(const Shop& shop, uint64_t seed, Timestamp from, Timestamp to, int visits);

// The shop the demo's neural model and vectors were trained on. Another has other people and things: they do not know
// them.
constexpr uint64_t kTrainedSeed = 7;

// JSON bodies for POST /v1/items, /v1/users and /v1/events. `trained`: with the row of the
// neural model's tables, and the vector where there is one.
std::string items_body(const std::vector<ShopItem>& items, bool trained);
std::string users_body(bool trained);
std::string events_body(const Shop& shop, const ShopEvent* first, size_t count);

}  // namespace augury::cli::demo
