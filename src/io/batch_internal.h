// How a Batch keeps its changes until they are written: one after the other in a string.
#pragma once

#include <string>

#include "io/database.h"

namespace augury::io {

// Each change: 1 = put or 0 = erase, family, key, and the value of a put.
struct Batch::Inside {
  std::string changes;
};

}  // namespace augury::io
