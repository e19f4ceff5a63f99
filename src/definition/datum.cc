#include "definition/datum.h"

#include <limits>

namespace augury::definition {

double Datum::as_number() const {
  switch (kind) {
    case Kind::Number:
      return number;
    case Kind::Boolean:
      return boolean ? 1 : 0;
    case Kind::Time:
      return static_cast<double>(time_us) / 1e6;
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace augury::definition
