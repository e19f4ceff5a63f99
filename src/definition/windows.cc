#include "definition/windows.h"

#include <string>

#include "config/amount.h"

namespace augury::definition {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Step {
  Duration up_to;
  Duration pane;
};

constexpr Step kSteps[] = {{minutes(1), seconds(1)},  {minutes(5), seconds(5)},  {minutes(15), seconds(15)},
                           {hours(1), minutes(1)},    {hours(6), minutes(5)},    {hours(24), minutes(15)},
                           {hours(24 * 7), hours(1)}, {hours(24 * 30), hours(6)}};

}  // namespace

Duration default_pane(Duration span) {
  for (const auto& step : kSteps)
    if (span <= step.up_to) return step.pane;
  return hours(24);
}

// The narrowest usual width that cuts the span into at most 30; else as many equal panes of whole milliseconds.
Duration default_heavy_pane(Duration span) {
  for (const auto& step : kSteps)
    if (span % step.pane == Duration{0} && span / step.pane <= kHeavyPanesMax) return step.pane;
  for (int64_t panes = kHeavyPanesMax; panes > 1; --panes)
    if (span % (panes * std::chrono::milliseconds(1)) == Duration{0}) return span / panes;
  return span;
}

Result<Window> make_window(Duration span, std::optional<Duration> pane, PaneContent content) {
  bool heavy = content == PaneContent::Heavy;
  Window window{span, pane.value_or(heavy ? default_heavy_pane(span) : default_pane(span))};
  auto text = [](Duration d) { return config::format_duration(d); };
  if (span.count() <= 0 || window.pane.count() <= 0) return Error{Code::Invalid, "a window must be longer than 0s"};
  if (span % window.pane != Duration{0})
    return Error{Code::Invalid, "the window " + text(span) + " is no multiple of its " + (pane ? "" : "default ") +
                                    "pane " + text(window.pane) + "; write `every` with a width that divides it"};
  int64_t most = heavy ? kHeavyPanesMax : kPanesMax;
  if (window.panes() > most)
    return Error{Code::Invalid, "the window " + text(span) + " has " + std::to_string(window.panes()) + " panes of " +
                                    text(window.pane) + ", at most " + std::to_string(most) +
                                    "; write a wider `every`"};
  return window;
}

}  // namespace augury::definition
