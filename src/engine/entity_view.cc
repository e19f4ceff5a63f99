#include "engine/entity_view.h"

namespace augury::engine {
namespace {

using definition::Datum;

OwnedValue owned(const Datum& datum) {
  switch (datum.kind) {
    case Datum::Kind::Number:
      return datum.number;
    case Datum::Kind::Boolean:
      return datum.boolean;
    case Datum::Kind::Text:
      return std::string(datum.text.bytes);
    case Datum::Kind::Time:
      return from_micros(datum.time_us);
    case Datum::Kind::Location:
      return datum.location;
    case Datum::Kind::Texts: {
      std::vector<std::string> all;
      for (const auto& text : datum.texts) all.emplace_back(text.bytes);
      return all;
    }
    case Datum::Kind::Missing:
    case Datum::Kind::List:
    case Datum::Kind::Vector:
      break;
  }
  return std::monostate{};
}

}  // namespace

Result<Entity> read_entity(const definition::App& app, const store::Store& store, EntityKind kind,
                           std::string_view id) {
  bool item = kind == EntityKind::Item;
  base::Epochs::Pin pin(store.epochs());
  auto number = store.dictionary().find(item ? store::NameKind::Item : store::NameKind::User, id);
  const auto& catalog = item ? store.items() : store.users();
  if (number == 0 || !catalog.contains(number)) {
    return Error{Code::NotFound,
                 "no such " + std::string(item ? "item" : "user") + " in the catalogue: '" + std::string(id) + "'"};
  }
  Entity entity{.kind = kind, .id = std::string(id), .attributes = {}, .vectors = {}};
  const auto& names = item ? app.item_attributes : app.user_attributes;
  auto values = catalog.attributes(number);
  for (size_t i = 0; i < names.size() && i < values.size(); ++i) {
    if (!values[i].missing()) entity.attributes.emplace_back(names[i].name, owned(values[i]));
  }
  const auto& vectors = item ? app.item_vectors : app.user_vectors;
  for (size_t i = 0; i < vectors.size() && names.size() + i < values.size(); ++i) {
    auto numbers = values[names.size() + i];
    if (!numbers.missing())
      entity.vectors.emplace_back(vectors[i].name, std::vector(numbers.vector.begin(), numbers.vector.end()));
  }
  return entity;
}

}  // namespace augury::engine
