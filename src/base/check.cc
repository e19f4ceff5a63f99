#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace augury::base {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "augury: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace augury::base
