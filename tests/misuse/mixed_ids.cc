// Two kinds of number cannot be swapped, although both are 32 bits.
// refused: could not convert|cannot convert|no matching function
#include <cstdint>

#include "augury/strong_id.h"

using UserNumber = augury::StrongId<uint32_t, struct UserTag>;
using ItemNumber = augury::StrongId<uint32_t, struct ItemTag>;

void remember(UserNumber user, ItemNumber item);

void use(UserNumber user, ItemNumber item) {
#ifdef MISUSE
  remember(item, user);
#else
  remember(user, item);
#endif
}
