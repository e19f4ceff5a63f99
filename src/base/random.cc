#include "base/random.h"

#include <sys/random.h>

#include "base/check.h"

namespace augury::base {

uint64_t entropy() {
  uint64_t bits = 0;
  AUGURY_CHECK(getrandom(&bits, sizeof bits, 0) == sizeof bits);
  return bits;
}

}  // namespace augury::base
