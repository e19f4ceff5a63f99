// SIGTERM and SIGINT as something to wait for.
#pragma once

#include <csignal>

namespace augury::app {

// hold() is called before any thread is started: later ones inherit the blocked signals, so only wait() sees them. A
// second signal while stopping ends the process at once. A program that never holds dies of them as usual.
class StopSignal {
 public:
  StopSignal();
  void hold();
  void wait();

 private:
  sigset_t signals_;
};

}  // namespace augury::app
