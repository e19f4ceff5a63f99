#include "ingest/applier.h"

#include <algorithm>
#include <utility>

namespace augury::ingest {

using definition::Datum;
using definition::NameKind;
using definition::Text;
using definition::Type;

namespace {

constexpr int kNotLookedUp = -2;

bool fits(Type type, Datum::Kind kind) {
  switch (type) {
    case Type::Number:
      return kind == Datum::Kind::Number;
    case Type::Boolean:
      return kind == Datum::Kind::Boolean;
    case Type::Text:
      return kind == Datum::Kind::Text;
    case Type::Texts:
      return kind == Datum::Kind::Texts;
    case Type::Time:
      return kind == Datum::Kind::Time;
    case Type::Location:
      return kind == Datum::Kind::Location;
    case Type::List:
    case Type::Vector:
      break;
  }
  return false;
}

size_t texts_in(const std::vector<journal::NamedField>& fields) {
  size_t count = 0;
  for (auto& field : fields)
    if (auto* list = std::get_if<std::vector<journal::TextNumber>>(&field.value)) count += list->size();
  return count;
}

// `place` of a table by text number, grown to hold it.
int& place(std::vector<int>& by_text, uint32_t text) {
  if (text >= by_text.size()) by_text.resize(text + 64, kNotLookedUp);
  return by_text[text];
}

}  // namespace

Applier::Applier(const definition::App& app, const feature::Plan& plan, store::Dictionary& names, const Target& target)
    : app_(app), plan_(plan), names_(names), target_(target) {
  for (auto& type : app.events) field_names_.emplace_back(type.fields.size());
}

int Applier::type_of(journal::TextNumber name) {
  int& type = place(types_, name.value);
  if (type == kNotLookedUp) type = app_.event(names_.name(NameKind::Text, name.value));
  return type;
}

int Applier::attribute_of(bool is_user, journal::TextNumber name) {
  int& index = place(attributes_[is_user], name.value);
  if (index == kNotLookedUp) {
    auto text = names_.name(NameKind::Text, name.value);
    index = is_user ? app_.user_attribute(text) : app_.item_attribute(text);
    int vector = is_user ? app_.user_vector(text) : app_.item_vector(text);
    auto& attributes = is_user ? app_.user_attributes : app_.item_attributes;
    if (vector >= 0) index = static_cast<int>(attributes.size()) + vector;
  }
  return index;
}

// What the app file of today says of it; the journal may be older.
bool Applier::is_as_declared(bool is_user, int attribute, const Datum& value) const {
  auto index = static_cast<size_t>(attribute);
  auto& attributes = is_user ? app_.user_attributes : app_.item_attributes;
  if (index < attributes.size()) return fits(attributes[index].type, value.kind);
  auto& vector = (is_user ? app_.user_vectors : app_.item_vectors)[index - attributes.size()];
  return value.kind == Datum::Kind::Vector && std::cmp_equal(value.vector.size(), vector.dimension);
}

Datum Applier::datum(const journal::FieldValue& value, std::vector<Text>& texts) const {
  if (auto* x = std::get_if<double>(&value)) return Datum::of(*x);
  if (auto* flag = std::get_if<bool>(&value)) return Datum::of(*flag);
  if (auto* t = std::get_if<Timestamp>(&value)) return Datum::of(*t);
  if (auto* where = std::get_if<Location>(&value)) return Datum::of(*where);
  auto text = [&](journal::TextNumber n) { return Text{names_.name(NameKind::Text, n.value), n.value}; };
  if (auto* one = std::get_if<journal::TextNumber>(&value)) return Datum::of(text(*one));
  if (auto* vector = std::get_if<std::vector<float>>(&value)) return Datum::of(std::span<const float>(*vector));
  auto* list = std::get_if<std::vector<journal::TextNumber>>(&value);
  if (list == nullptr) return {};
  size_t start = texts.size();  // Room was made for all, so the span stays where it is.
  for (auto number : *list) texts.push_back(text(number));
  return Datum::of(std::span<const Text>(texts).subspan(start));
}

void Applier::set_fields(Waiting& slot, int type, const std::vector<journal::NamedField>& fields) {
  auto& declared = app_.events[static_cast<size_t>(type)].fields;
  auto& known = field_names_[static_cast<size_t>(type)];
  slot.fields.assign(declared.size(), Datum());
  for (auto& field : fields) {
    for (size_t i = 0; i < declared.size(); ++i) {
      if (known[i] == 0) known[i] = names_.find(NameKind::Text, declared[i].name);
      if (known[i] != field.name.value) continue;
      Datum value = datum(field.value, slot.texts);
      if (fits(declared[i].type, value.kind)) slot.fields[i] = value;
    }
  }
}

void Applier::set_context(Waiting& slot, const std::vector<journal::NamedField>& fields) {
  slot.context.clear();
  for (auto& field : fields)
    slot.context.push_back({names_.name(NameKind::Text, field.name.value), datum(field.value, slot.texts)});
}

void Applier::set_keys(Waiting& slot, uint32_t user, uint32_t item, uint32_t session) {
  slot.event.user = user;
  slot.event.item = item;
  slot.event.session = session;
  slot.event.item_id = plan_.needs_item_id(slot.event.type) ? names_.name(NameKind::Item, item) : std::string_view();
  if (plan_.needs_item_attributes(slot.event.type)) slot.event.item_attributes = target_.items.attributes(item);
  if (plan_.needs_user_attributes(slot.event.type)) slot.event.user_attributes = target_.users.attributes(user);
}

Applier::Waiting& Applier::next_slot() {
  if (waiting_ == kAhead) {
    count(line_[first_]);
    first_ = (first_ + 1) % kAhead;
    --waiting_;
  }
  Waiting& slot = line_[(first_ + waiting_) % kAhead];
  slot.event = {};
  slot.texts.clear();
  return slot;
}

void Applier::enter(Waiting& slot) {
  plan_.prefetch(slot.event, target_.rows);
  ++waiting_;
}

void Applier::count(const Waiting& slot) {
  const feature::Event& event = slot.event;
  target_.rows.at(event.sequence);
  auto met = plan_.apply(event, target_.rows);
  late_ += met.late;
  keyless_ += met.keyless;
  overflowed_ += met.overflowed;
  if (target_.lists != nullptr) target_.lists->event(event.item);
}

void Applier::flush() {
  for (; waiting_ > 0; --waiting_) {
    count(line_[first_]);
    first_ = (first_ + 1) % kAhead;
  }
}

void Applier::apply(const journal::EventRecord& record, uint64_t sequence) {
  int type = type_of(record.type);
  if (type < 0) return;  // Of a type the app file does not name any more.
  if (target_.marks != nullptr && type != app_.impression()) target_.marks->note_event(record.user, type, sequence);
  if (!plan_.reads(type)) return;
  Waiting& slot = next_slot();
  slot.texts.reserve(texts_in(record.fields) + texts_in(record.context));
  slot.event.sequence = sequence;
  slot.event.at = record.at;
  slot.event.type = type;
  set_fields(slot, type, record.fields);
  set_context(slot, record.context);
  slot.event.fields = slot.fields;
  slot.event.context = slot.context;
  set_keys(slot, record.user, record.item, record.session);
  enter(slot);
}

void Applier::apply(const journal::ExposureRecord& record, uint64_t sequence) {
  int type = app_.impression();
  if (!app_.impressions_served || !plan_.reads(type)) return;
  flush();  // Events in the line may borrow the last exposure's context.
  impression_.texts.clear();
  impression_.texts.reserve(texts_in(record.context));
  set_context(impression_, record.context);
  impression_.fields.assign(app_.events[static_cast<size_t>(type)].fields.size(), Datum());
  for (auto& item : record.items) {
    Waiting& slot = next_slot();
    slot.event.sequence = sequence;
    slot.event.at = record.at;
    slot.event.type = type;
    slot.event.fields = impression_.fields;
    slot.event.context = impression_.context;
    set_keys(slot, record.user, item.item, record.session);
    enter(slot);
  }
}

void Applier::apply(const journal::EntityRecord& record) {
  flush();  // Events before this one see the attributes before it.
  auto& catalog = record.is_user ? target_.users : target_.items;
  Lists* lists = record.is_user ? nullptr : target_.lists;
  if (record.deleted) {
    catalog.erase(record.number);
    if (lists != nullptr) lists->erase(record.number);
    return;
  }
  std::vector<Datum> values(record.is_user ? app_.user_attributes.size() + app_.user_vectors.size()
                                           : app_.item_attributes.size() + app_.item_vectors.size());
  std::vector<Text> texts;
  texts.reserve(texts_in(record.attributes));
  for (auto& attribute : record.attributes) {
    int index = attribute_of(record.is_user, attribute.name);
    if (index < 0) continue;
    Datum value = datum(attribute.value, texts);
    if (is_as_declared(record.is_user, index, value)) values[static_cast<size_t>(index)] = value;
  }
  catalog.put(record.number, values);
  if (lists != nullptr) lists->put(record.number);
}

void Applier::apply(const journal::Record& record, uint64_t sequence) {
  if (auto* event = std::get_if<journal::EventRecord>(&record)) return apply(*event, sequence);
  if (auto* entity = std::get_if<journal::EntityRecord>(&record)) return apply(*entity);
  if (auto* exposure = std::get_if<journal::ExposureRecord>(&record)) return apply(*exposure, sequence);
}

}  // namespace augury::ingest
