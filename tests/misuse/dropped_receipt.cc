// Sending events without looking at what became of them does not compile.
// refused: ignoring returned value
#include "augury/engine.h"

bool use(augury::Engine& engine, std::span<const augury::Event> events) {
#ifdef MISUSE
  engine.ingest("", events);
  return true;
#else
  return engine.ingest("", events).has_value();
#endif
}
