// Windows as an app file writes them: `over 1h`, `over 1h every 5m`.
#pragma once

#include "augury/result.h"
#include "definition/app.h"

namespace augury::definition {

constexpr int64_t kPanesMax = 100'000;

// The pane a window of this span has where none is written: finer for shorter ones.
Duration default_pane(Duration span);

// Invalid: the span is no multiple of the pane, or has more than kPanesMax of them.
Result<Window> make_window(Duration span, std::optional<Duration> pane);

}  // namespace augury::definition
