// A failure cannot be overlooked by forgetting to look.
// refused: ignoring returned value
#include "augury/result.h"

augury::Result<int> parse();

int use() {
#ifdef MISUSE
  parse();
  return 0;
#else
  auto parsed = parse();
  return parsed ? *parsed : 0;
#endif
}
