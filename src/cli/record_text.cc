#include "cli/record_text.h"

#include "wire/json_writer.h"
#include "wire/time_text.h"

namespace augury::cli {
namespace {

using store::NameKind;

class Text {
 public:
  Text(std::string& out, const store::Dictionary& names) : json_(out), names_(names) {}

  void operator()(const journal::EventRecord& event) {
    json_.member("record", "event");
    text("event", event.type);
    moment("at", event.at);
    moment("receipt", event.receipt);
    name("user", NameKind::User, event.user);
    name("item", NameKind::Item, event.item);
    name("session", NameKind::Session, event.session);
    fields("fields", event.fields);
    fields("context", event.context);
  }

  void operator()(const journal::EntityRecord& entity) {
    json_.member("record", "entity");
    name(entity.is_user ? "user" : "item", entity.is_user ? NameKind::User : NameKind::Item, entity.number);
    moment("receipt", entity.receipt);
    if (entity.deleted) json_.member("deleted", true);
    fields("attributes", entity.attributes);
  }

  void operator()(const journal::ExposureRecord& exposure) {
    json_.member("record", "exposure");
    text("placement", exposure.placement);
    moment("now", exposure.now);
    json_.member("position", exposure.position);
    json_.member("snapshot", exposure.snapshot);
    name("user", NameKind::User, exposure.user);
    json_.member("level", to_string(exposure.level));
    json_.member("cache_hit", exposure.cache_hit);
    text("fallback_reason", exposure.fallback_reason);
    text("experiment", exposure.experiment);
    text("variant", exposure.variant);
    json_.member("propensity", exposure.propensity);
    json_.key("items");
    json_.begin_array();
    for (const auto& item : exposure.items) {
      json_.begin_object();
      name("item", NameKind::Item, item.item);
      json_.member("score", item.score);
      json_.end_object();
    }
    json_.end_array();
  }

  void operator()(const journal::PublicationRecord& publication) {
    json_.member("record", "publication");
    moment("receipt", publication.receipt);
    json_.member("description", publication.description);
  }

  void begin(uint64_t sequence) {
    json_.begin_object();
    json_.member("sequence", sequence);
  }
  void end() { json_.end_object(); }

 private:
  void moment(std::string_view key, Timestamp t) { json_.member(key, wire::format_rfc3339(t)); }
  void name(std::string_view key, NameKind kind, uint32_t number) {
    if (number != 0) json_.member(key, names_.name(kind, number));
  }
  void text(std::string_view key, journal::TextNumber number) { name(key, NameKind::Text, number.value); }

  void fields(std::string_view key, const std::vector<journal::NamedField>& all) {
    if (all.empty()) return;
    json_.key(key);
    json_.begin_object();
    for (const auto& field : all) {
      json_.key(names_.name(NameKind::Text, field.name.value));
      std::visit([this](const auto& value) { write(value); }, field.value);
    }
    json_.end_object();
  }

  void write(std::monostate) { json_.null(); }
  void write(double x) { json_.value(x); }
  void write(bool x) { json_.value(x); }
  void write(journal::TextNumber x) { json_.value(names_.name(NameKind::Text, x.value)); }
  void write(const std::vector<journal::TextNumber>& all) {
    json_.begin_array();
    for (auto x : all) write(x);
    json_.end_array();
  }
  void write(const std::vector<float>& vector) { json_.value(vector); }
  void write(Location at) {
    json_.begin_object();
    json_.member("lat", at.lat);
    json_.member("lon", at.lon);
    json_.end_object();
  }
  void write(Timestamp t) { json_.value(wire::format_rfc3339(t)); }

  wire::JsonWriter json_;
  const store::Dictionary& names_;
};

}  // namespace

std::string record_text(const journal::Record& record, uint64_t sequence, const store::Dictionary& names) {
  std::string out;
  Text text(out, names);
  text.begin(sequence);
  std::visit(text, record);
  text.end();
  return out;
}

}  // namespace augury::cli
