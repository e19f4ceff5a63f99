// What processes have cost so far, as the operating system counts it.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace augury::bench {

// User + system seconds of a running process; 0 if it is gone.
double cpu_seconds_of(pid_t pid);
double own_cpu_seconds();

}  // namespace augury::bench
