#include "api/http/value_json.h"

#include "wire/time_text.h"

namespace augury::api {
namespace {

struct WriteOwned {
  wire::JsonWriter& json;
  void operator()(std::monostate) const { json.null(); }
  void operator()(double x) const { json.value(x); }
  void operator()(bool x) const { json.value(x); }
  void operator()(const std::string& x) const { json.value(x); }
  void operator()(const std::vector<std::string>& all) const {
    json.begin_array();
    for (const auto& x : all) json.value(x);
    json.end_array();
  }
  void operator()(Location at) const {
    json.begin_object();
    json.member("lat", at.lat);
    json.member("lon", at.lon);
    json.end_object();
  }
  void operator()(Timestamp t) const { json.value(wire::format_rfc3339(t)); }
};

struct WriteFeature {
  wire::JsonWriter& json;
  void operator()(std::monostate) const { json.null(); }
  void operator()(double x) const { json.value(x); }
  void operator()(bool x) const { json.value(x); }
  void operator()(const std::string& x) const { json.value(x); }
  void operator()(const std::vector<float>& vector) const { json.value(vector); }
  void operator()(const WeightedList& list) const {
    json.begin_array();
    for (const auto& [id, weight] : list) {
      json.begin_object();
      json.member("id", id);
      json.member("weight", weight);
      json.end_object();
    }
    json.end_array();
  }
};

}  // namespace

void write_value(wire::JsonWriter& json, const OwnedValue& value) { std::visit(WriteOwned{json}, value); }

void write_value(wire::JsonWriter& json, const FeatureValue& value) { std::visit(WriteFeature{json}, value); }

}  // namespace augury::api
