#include "app/stop_signal.h"

#include <pthread.h>
#include <unistd.h>

#include <thread>

namespace augury::app {

StopSignal::StopSignal() {
  std::signal(SIGPIPE, SIG_IGN);
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
}

void StopSignal::hold() { pthread_sigmask(SIG_BLOCK, &signals_, nullptr); }

void StopSignal::wait() {
  int signal = 0;
  sigwait(&signals_, &signal);
  std::thread([signals = signals_] {
    int again = 0;
    sigwait(&signals, &again);
    _exit(128 + again);
  }).detach();
}

}  // namespace augury::app
