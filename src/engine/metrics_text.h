// A Status as the Prometheus text exposition.
#pragma once

#include <string>

#include "augury/status.h"

namespace augury::engine {

// One line per figure and app; the golden list of names is tests/golden/metrics.txt.
std::string metrics_text(const Status& status);

}  // namespace augury::engine
