// The same for a Result that carries no value.
// refused: ignoring returned value
#include "augury/result.h"

augury::Result<void> sync();

augury::Result<void> use() {
#ifdef MISUSE
  sync();
  return {};
#else
  AUGURY_TRY_VOID(sync());
  return {};
#endif
}
