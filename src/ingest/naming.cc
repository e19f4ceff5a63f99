#include "ingest/naming.h"

#include "ingest/checkpoint.h"

namespace augury::ingest {

using definition::Datum;
using definition::NameKind;

Naming::Naming(const definition::App& app, store::Dictionary& names)
    : app_(app), names_(names), types_(app.events.size()) {
  for (auto& type : app.events) fields_.emplace_back(type.fields.size());
  attributes_[0].resize(app.item_attributes.size() + app.item_vectors.size());
  attributes_[1].resize(app.user_attributes.size() + app.user_vectors.size());
}

uint32_t Naming::number(NameKind kind, std::string_view name) {
  if (name.empty() && kind != NameKind::Text) return 0;
  auto [number, is_new] = names_.assign(kind, name);
  if (is_new) new_.push_back({kind, number});
  return number;
}

uint32_t Naming::number(NameKind kind, const TakenName& name) {
  return name.number != 0 ? name.number : number(kind, name.bytes);
}

journal::TextNumber Naming::text(std::string_view bytes) { return {number(NameKind::Text, bytes)}; }

journal::TextNumber Naming::declared(uint32_t& known, std::string_view name) {
  if (known == 0) known = text(name).value;
  return {known};
}

void Naming::set(journal::FieldValue& place, const Datum& value) {
  switch (value.kind) {
    case Datum::Kind::Missing:
    case Datum::Kind::List:
      place = std::monostate();
      return;
    case Datum::Kind::Number:
      place = value.number;
      return;
    case Datum::Kind::Boolean:
      place = value.boolean;
      return;
    case Datum::Kind::Time:
      place = from_micros(value.time_us);
      return;
    case Datum::Kind::Location:
      place = value.location;
      return;
    case Datum::Kind::Text:
      place = text(value.text.bytes);
      return;
    case Datum::Kind::Vector:
      place = std::vector<float>(value.vector.begin(), value.vector.end());
      return;
    case Datum::Kind::Texts:
      break;
  }
  std::vector<journal::TextNumber> list;
  for (auto& one : value.texts) list.push_back(text(one.bytes));
  place = std::move(list);
}

void Naming::fill(const TakenEvent& event, journal::EventRecord& record) {
  auto type = static_cast<size_t>(event.type);
  record.at = event.at;
  record.receipt = event.receipt;
  record.fingerprint = event.fingerprint;
  record.type = declared(types_[type], app_.events[type].name);
  record.user = number(NameKind::User, event.user);
  record.item = number(NameKind::Item, event.item);
  record.session = number(NameKind::Session, event.session);
  record.prediction = event.prediction;
  record.fields.resize(event.fields.size());
  for (size_t i = 0; i < event.fields.size(); ++i) {
    auto index = static_cast<size_t>(event.fields[i].index);
    record.fields[i].name = declared(fields_[type][index], app_.events[type].fields[index].name);
    set(record.fields[i].value, event.fields[i].value);
  }
  record.context.resize(event.context.size());
  for (size_t i = 0; i < event.context.size(); ++i) {
    record.context[i].name = text(event.context[i].name);
    set(record.context[i].value, event.context[i].value);
  }
}

journal::NamedField Naming::attribute(bool is_user, const TakenField& field) {
  auto index = static_cast<size_t>(field.index);
  auto& attributes = is_user ? app_.user_attributes : app_.item_attributes;
  auto& vectors = is_user ? app_.user_vectors : app_.item_vectors;
  const std::string& name =
      index < attributes.size() ? attributes[index].name : vectors[index - attributes.size()].name;
  journal::NamedField named;
  named.name = declared(attributes_[is_user][index], name);
  set(named.value, field.value);
  return named;
}

journal::ExposureRecord Naming::exposure(const Exposure& from) {
  auto optional = [&](const std::string& bytes) { return bytes.empty() ? journal::TextNumber{} : text(bytes); };
  journal::ExposureRecord to;
  to.prediction = from.prediction;
  to.at = std::min(from.now, from.receipt);
  to.now = from.now;
  to.receipt = from.receipt;
  to.position = from.position;
  to.snapshot = from.snapshot;
  to.newer = from.newer;
  to.list = from.list;
  to.placement = optional(from.placement);
  to.user = number(NameKind::User, from.user_id);
  to.session = number(NameKind::Session, from.session_id);
  to.level = from.level;
  to.cache_hit = from.cache_hit;
  to.fallback_reason = optional(from.fallback_reason);
  to.experiment = optional(from.experiment);
  to.variant = optional(from.variant);
  to.propensity = from.propensity;
  for (auto& member : from.members) to.members.push_back({text(member.name), optional(member.version), member.weight});
  for (auto& item : from.items) to.items.push_back({number(NameKind::Item, item.id), item.score, item.propensity});
  for (auto& id : from.candidates) to.candidates.push_back(number(NameKind::Item, id));
  for (auto& [name, value] : from.context) {
    journal::NamedField field;
    field.name = text(name);
    if (auto* x = std::get_if<double>(&value)) field.value = *x;
    if (auto* flag = std::get_if<bool>(&value)) field.value = *flag;
    if (auto* bytes = std::get_if<std::string>(&value)) field.value = text(*bytes);
    if (auto* t = std::get_if<Timestamp>(&value)) field.value = *t;
    if (auto* where = std::get_if<Location>(&value)) field.value = *where;
    if (auto* list = std::get_if<std::vector<std::string>>(&value)) {
      std::vector<journal::TextNumber> numbers;
      for (auto& one : *list) numbers.push_back(text(one));
      field.value = std::move(numbers);
    }
    to.context.push_back(std::move(field));
  }
  to.explained = from.explained;
  return to;
}

void Naming::put_new(io::Batch& batch) const {
  for (auto& one : new_) put_name(batch, one.kind, one.number, names_.name(one.kind, one.number));
}

}  // namespace augury::ingest
