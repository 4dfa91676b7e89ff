// Ctrl-C as a wish that a training sees after its step.
#pragma once
#include <csignal>

namespace examples {

inline volatile std::sig_atomic_t interrupted = 0;

/// From here on SIGINT, SIGTERM and SIGHUP set `interrupted`; what they would have broken off goes on. One that whoever
/// started the program has it ignore, as nohup does, stays ignored.
inline void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction inherited {};
    sigaction(signal, nullptr, &inherited);
    if (inherited.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

}  // namespace examples
