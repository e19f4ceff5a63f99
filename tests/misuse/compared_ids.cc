// Ids of two kinds are never equal: asking is a mistake.
// refused: no match for .operator==
#include <cstdint>

#include "augury/strong_id.h"

using UserNumber = augury::StrongId<uint32_t, struct UserTag>;
using ItemNumber = augury::StrongId<uint32_t, struct ItemTag>;

bool same(UserNumber user, UserNumber other, ItemNumber item) {
#ifdef MISUSE
  return user == other || user == item;
#else
  return user == other && item == item;
#endif
}
