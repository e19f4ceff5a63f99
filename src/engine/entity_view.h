// An item or user of the catalogue, as the outside sees it.
#pragma once

#include <string_view>

#include "augury/entity.h"
#include "augury/result.h"
#include "definition/app.h"
#include "store/store.h"

namespace augury::engine {

// NotFound: it was never put, or was deleted.
Result<Entity> read_entity(const definition::App& app, const store::Store& store, EntityKind kind, std::string_view id);

}  // namespace augury::engine
