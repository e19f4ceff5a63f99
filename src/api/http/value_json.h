// Values that an engine gives, as JSON.
#pragma once

#include "augury/entity.h"
#include "augury/feature.h"
#include "wire/json_writer.h"

namespace augury::api {

// Missing is null, a time is RFC 3339, a location {lat, lon}.
void write_value(wire::JsonWriter& json, const OwnedValue& value);
// A list is an array of {id, weight}.
void write_value(wire::JsonWriter& json, const FeatureValue& value);

}  // namespace augury::api
