// Assertions on our own invariants, never on input from outside.
//
// AUGURY_CHECK stays on in release builds and is cheap; AUGURY_DCHECK is for builds under test.
#pragma once

namespace augury::base {

// Prints where and what to standard error, then aborts: state that breaks its own rules must not answer.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace augury::base

#define AUGURY_CHECK(condition) \
  (__builtin_expect(!(condition), 0) ? ::augury::base::check_failed(#condition, __FILE__, __LINE__) : void(0))

#ifdef AUGURY_DCHECKS
#define AUGURY_DCHECK(condition) AUGURY_CHECK(condition)
#else
#define AUGURY_DCHECK(condition) void(0)
#endif
