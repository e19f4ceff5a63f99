#include "definition/app.h"

namespace augury::definition {
namespace {

template <typename T>
int place_of(const std::vector<T>& all, std::string_view name) {
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name) return static_cast<int>(i);
  return -1;
}

}  // namespace

std::string_view to_string(Function function) {
  switch (function) {
    case Function::Count:
      return "count";
    case Function::Sum:
      return "sum";
    case Function::Avg:
      return "avg";
    case Function::Min:
      return "min";
    case Function::Max:
      return "max";
    case Function::Variance:
      return "variance";
    case Function::Stddev:
      return "stddev";
    case Function::Rate:
      return "rate";
    case Function::DecayedCount:
      return "decayed_count";
    case Function::DecayedSum:
      return "decayed_sum";
    case Function::Top:
      return "top";
    case Function::Last:
      return "last";
    case Function::First:
      return "first";
    case Function::TimeSince:
      return "time_since";
    case Function::FirstTime:
      return "first_time";
    case Function::LastTime:
      return "last_time";
    case Function::Gap:
      return "gap";
    case Function::Together:
      return "together";
  }
  return "unknown";
}

bool takes_operand(Function function) {
  switch (function) {
    case Function::Count:
    case Function::Rate:
    case Function::DecayedCount:
    case Function::TimeSince:
    case Function::FirstTime:
    case Function::LastTime:
    case Function::Gap:
      return false;
    default:
      return true;
  }
}

bool gives_list(Function function) {
  return function == Function::Top || function == Function::Last || function == Function::First ||
         function == Function::Together;
}

int App::feature(std::string_view of) const { return place_of(features, of); }
int App::event(std::string_view of) const { return place_of(events, of); }
int App::model(std::string_view of) const { return place_of(models, of); }
int App::placement(std::string_view of) const { return place_of(placements, of); }
int App::item_attribute(std::string_view of) const { return place_of(item_attributes, of); }
int App::user_attribute(std::string_view of) const { return place_of(user_attributes, of); }
int App::item_vector(std::string_view of) const { return place_of(item_vectors, of); }
int App::user_vector(std::string_view of) const { return place_of(user_vectors, of); }

bool lists_items_of_asker(const Feature& feature) {
  const Aggregation* what = feature.aggregation();
  return what && gives_list(what->function) && what->function != Function::Together &&
         what->operand.kind == Operand::Kind::Item && what->by.size() == 1 &&
         (what->by[0].kind == KeyPart::Kind::User || what->by[0].kind == KeyPart::Kind::Session);
}

}  // namespace augury::definition
