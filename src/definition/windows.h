// Windows as an app file writes them: `over 1h`, `over 1h every 5m`.
#pragma once

#include "augury/result.h"
#include "definition/app.h"

namespace augury::definition {

constexpr int64_t kPanesMax = 100'000;

// The pane a window of this span has where none is written: finer for shorter ones.
Duration default_pane(Duration span);

// At most this many where a pane holds more than a few numbers (top): its default pane is wider.
constexpr int64_t kHeavyPanesMax = 30;
Duration default_heavy_pane(Duration span);

enum class PaneContent { Numbers, Heavy };

// Invalid: the span is no multiple of the pane, or has more of them than such panes may be.
Result<Window> make_window(Duration span, std::optional<Duration> pane, PaneContent content = PaneContent::Numbers);

}  // namespace augury::definition
