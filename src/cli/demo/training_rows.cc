#include "cli/demo/training_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <unordered_map>

#include "augury/engine.h"
#include "cli/demo/events.h"
#include "definition/parse.h"

namespace augury::cli::demo {
namespace {

constexpr Timestamp kOpened = from_micros(1'767'225'600'000'000);  // 2026-01-01
constexpr int kShelf = 10;

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return Error{Code::NotFound, "cannot read " + path};
  return text.str();
}

// The same features with no models yet, and impressions sent by us, so that each is counted before the next visit.
std::string without_models(const std::string& app) {
  return app.substr(0, app.find("\nmodels:")) + "\nimpressions: sent\nplacements: {home: {}}\n";
}

std::vector<std::string> number_features(const definition::App& app) {
  std::vector<std::string> names;
  for (const auto& feature : app.features) {
    if (!feature.hidden && feature.type == definition::Type::Number) names.push_back(feature.name);
  }
  return names;
}

double as_number(const FeatureValue& value) {
  if (auto* x = std::get_if<double>(&value)) return *x;
  if (auto* x = std::get_if<bool>(&value)) return *x ? 1 : 0;
  return std::numeric_limits<double>::quiet_NaN();
}

class Rows {
 public:
  Rows(Engine& engine, const Shop& shop, std::vector<std::string> features, std::ostream& out)
      : engine_(engine), shop_(shop), features_(std::move(features)), out_(out) {
    for (const auto& name : features_) views_.push_back(name);
    out_ << "visit,clicked";
    for (const auto& name : features_) out_ << ',' << name;
    out_ << '\n';
  }

  // One visit: what was known, what happened, and then the events of it.
  Result<void> visit(int number, int user, Timestamp at, base::Random& random) {
    auto shown = shop_.shelf(user, at, kShelf, random);
    AUGURY_TRY(auto known, features(user, shown, at));
    std::vector<ShopEvent> events;
    for (size_t place = 0; place < shown.size(); ++place) {
      const auto& item = shop_.items()[static_cast<size_t>(shown[place])];
      auto reaction = shop_.react(user, item, at, random);
      events.push_back({"", "impression", user, shown[place], at});
      append_events(reaction, user, shown[place], at, fmt::format("v{}-{}", number, place), events);
      write(number, reaction >= Reaction::Click, known, Shop::user_id(user), item.id);
    }
    return send(events);
  }

 private:
  using Known = std::unordered_map<std::string, double>;  // "user|item|feature"
  static std::string key(std::string_view user, std::string_view item, std::string_view feature) {
    return fmt::format("{}|{}|{}", user, item, feature);
  }

  Result<Known> features(int user, const std::vector<int>& shown, Timestamp at) {
    auto user_id = Shop::user_id(user);
    std::string_view user_view = user_id;
    std::vector<std::string_view> items;
    for (int item : shown) items.push_back(shop_.items()[static_cast<size_t>(item)].id);
    AUGURY_TRY(auto table,
               engine_.features({.user_ids = {&user_view, 1}, .item_ids = items, .feature_names = views_, .now = at}));
    Known known;
    for (const auto& cell : table.cells) known[key(cell.user_id, cell.item_id, cell.feature)] = as_number(cell.value);
    return known;
  }

  void write(int visit, bool clicked, const Known& known, const std::string& user, const std::string& item) {
    out_ << visit << ',' << (clicked ? 1 : 0);
    for (const auto& feature : features_) {
      double x = std::numeric_limits<double>::quiet_NaN();
      for (const auto& name :
           {key(user, item, feature), key(user, "", feature), key("", item, feature), key("", "", feature)}) {
        if (auto found = known.find(name); found != known.end()) x = found->second;
      }
      out_ << ',';
      if (!std::isnan(x)) out_ << fmt::format("{}", static_cast<float>(x));
    }
    out_ << '\n';
  }

  Result<void> send(const std::vector<ShopEvent>& events) {
    std::vector<std::string> users;
    for (const auto& event : events) users.push_back(Shop::user_id(event.user));
    std::vector<NamedValue> prices;
    for (const auto& event : events) prices.push_back({"price", shop_.items()[static_cast<size_t>(event.item)].price});
    std::vector<Event> batch;
    for (size_t i = 0; i < events.size(); ++i) {
      const auto& event = events[i];
      bool bought = std::string_view(event.type) == "purchase";
      batch.push_back({.event_id = event.id,
                       .event = event.type,
                       .user_id = users[i],
                       .item_id = shop_.items()[static_cast<size_t>(event.item)].id,
                       .timestamp = event.at,
                       .fields = {&prices[i], bought ? size_t{1} : size_t{0}}});
    }
    AUGURY_TRY(auto receipt, engine_.ingest({}, batch, Acknowledge::Written));
    if (!receipt.refused.empty()) return Error{Code::Invalid, receipt.refused.front().message};
    return {};
  }

  Engine& engine_;
  const Shop& shop_;
  std::vector<std::string> features_;
  std::vector<std::string_view> views_;
  std::ostream& out_;
};

Result<void> put_users(Engine& engine) {
  std::vector<std::string> ids;
  std::vector<NamedValue> rows;
  for (int user = 0; user < Shop::kUsers; ++user) {
    ids.push_back(Shop::user_id(user));
    rows.push_back({"ncf_row", static_cast<double>(user)});
  }
  std::vector<EntityUpdate> updates;
  for (size_t i = 0; i < ids.size(); ++i)
    updates.push_back({.kind = EntityKind::User, .id = ids[i], .attributes = {&rows[i], 1}});
  AUGURY_TRY(auto position, engine.update({}, updates));
  (void)position;
  return {};
}

Result<void> put_items(Engine& engine, const Shop& shop) {
  std::vector<std::vector<NamedValue>> attributes;
  for (const auto& item : shop.items()) {
    attributes.push_back({{"category", std::string_view(item.category)},
                          {"brand", std::string_view(item.brand)},
                          {"price", item.price},
                          {"released_at", static_cast<double>(micros(item.released_at)) / 1e6},
                          {"ncf_row", static_cast<double>(attributes.size())}});
  }
  std::vector<EntityUpdate> updates;
  for (size_t i = 0; i < attributes.size(); ++i)
    updates.push_back({.id = shop.items()[i].id, .attributes = attributes[i]});
  AUGURY_TRY(auto position, engine.update({}, updates));
  (void)position;
  return {};
}

}  // namespace

Result<void> write_training_rows(const std::string& app_file, const std::string& data_folder,
                                 const std::string& out_file, uint64_t seed, int visits) {
  AUGURY_TRY(auto text, read_file(app_file));
  std::string trimmed = data_folder + "/training.yaml";
  std::ofstream(trimmed) << without_models(text);
  AUGURY_TRY(auto app, definition::load_app(trimmed));
  AUGURY_TRY(auto engine, Engine::open({.app_files = {trimmed}, .data_folder = data_folder + "/data"}));

  Shop shop(seed, kOpened);
  AUGURY_TRY_VOID(put_items(*engine, shop));
  AUGURY_TRY_VOID(put_users(*engine));
  std::ofstream out(out_file);
  Rows rows(*engine, shop, number_features(app), out);
  base::Random random(seed + 1);
  Duration length = std::chrono::hours{14 * 24};
  for (int i = 0; i < visits; ++i) {
    Timestamp at = kOpened + Duration{length.count() / visits * i};
    AUGURY_TRY_VOID(rows.visit(i, shop.visitor(random), at, random));
  }
  out.close();
  if (!out) return Error{Code::Unavailable, "cannot write " + out_file};
  return {};
}

}  // namespace augury::cli::demo
