// Items and users as the catalogue knows them: an id and attributes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "augury/time.h"
#include "augury/value.h"

namespace augury {

enum class EntityKind { Item, User };

// How an update meets what is there.
enum class UpdateMode {
  Put,     // The attributes and vectors become exactly these.
  Patch,   // These change, the others stay; a missing value removes one.
  Delete,  // The entity leaves the catalogue; its past events stay counted.
};

// An embedding, kept as 32-bit floats. Without `numbers` a Patch takes it away.
struct NamedVector {
  std::string_view name;
  std::optional<std::span<const double>> numbers;
};

// Borrowed: lives for the call only.
struct EntityUpdate {
  EntityKind kind = EntityKind::Item;
  UpdateMode mode = UpdateMode::Put;
  std::string_view id;
  std::span<const NamedValue> attributes;
  std::span<const NamedVector> vectors;  // Under the same mode as the attributes.
};

// An owned attribute value, as `GET /v1/items/{id}` shows it.
using OwnedValue =
    std::variant<std::monostate, double, bool, std::string, std::vector<std::string>, Location, Timestamp>;

struct Entity {
  EntityKind kind = EntityKind::Item;
  std::string id;
  std::vector<std::pair<std::string, OwnedValue>> attributes;       // In the app file's order; missing ones left out.
  std::vector<std::pair<std::string, std::vector<float>>> vectors;  // Likewise.
};

}  // namespace augury
