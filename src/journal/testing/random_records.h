// Records of every kind with random content, extremes included: for round trips and damage.
#pragma once

#include "base/random.h"
#include "journal/record.h"

namespace augury::journal::testing {

EventRecord random_event(base::Random& random);
Record random_record(base::Random& random);

}  // namespace augury::journal::testing
