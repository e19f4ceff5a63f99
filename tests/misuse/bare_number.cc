// A bare integer is not an id: somebody has to say which kind it is.
// refused: could not convert|cannot convert|no matching function
#include <cstdint>

#include "augury/strong_id.h"

using UserNumber = augury::StrongId<uint32_t, struct UserTag>;

void remember(UserNumber user);

void use(uint32_t number) {
#ifdef MISUSE
  remember(number);
#else
  remember(UserNumber{number});
#endif
}
